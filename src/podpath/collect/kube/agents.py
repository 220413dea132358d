"""Pods of the network that run already, in the network namespace of their node: through them it is asked (tier 1)."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from podpath.state.pattern import lazy

# By what their images have: iproute2 and iptables first; kube-proxy's newer images have no shell.
_AGENTS: Final = lazy(
    r"(?:(?P<r0>calico-node|canal)|(?P<r1>kube-flannel|flannel)|(?P<r2>kube-router|antrea-agent|weave-net|cilium|aws-node)"
    r"|(?P<r3>kube-proxy))(?:-|$)(?!operator|typha|kube-controllers)"
)


class Agent(NamedTuple):
    """A pod of the network that runs in the namespace of its node.

    Attributes:
        node: the node.
        namespace: namespace of the pod.
        name: its name.
    """

    node: str
    namespace: str
    name: str

    @property
    def rank(self) -> int | None:
        """Order by what the image has, or None if it is no such pod."""
        match = _AGENTS.match(self.name)
        return int(match.lastgroup[1:]) if match is not None and match.lastgroup is not None else None


def ranked(pods: Iterable[Agent]) -> dict[str, list[Agent]]:
    """Return for each node the pods to ask, the best first.

    Args:
        pods: pods in their nodes' namespaces, of any kind.
    """
    found: dict[str, list[Agent]] = {}
    for pod in sorted((pod for pod in pods if pod.rank is not None), key=lambda pod: (pod.rank, pod.namespace, pod.name)):
        found.setdefault(pod.node, []).append(pod)
    return found
