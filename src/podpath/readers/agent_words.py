"""Why a pod has no network, and why a node has no rules, in the words of the programs that failed.

Each pattern is a message of one program: the plugins of containernetworking, flannel, Calico, Cilium and Weave, containerd and
dockershim, the kubelet (kubelet_network.go), and kube-proxy (proxier.go of each mode).
"""

import re
from typing import Final

from podpath.state.agent_log import AgentMessage
from podpath.state.pattern import lazy

QUOTE: Final = r'\\{0,15}"'
"""A quote in a message that stands in others: each puts backslashes before it (1, 3, 7, 15)."""
_REFUSALS: Final = (
    "failed to set up sandbox container", "failed to setup network for sandbox", "failed to set up pod", "network is not ready",
    "NetworkPluginNotReady", "to CNI network", "failed (add)",
)  # fmt: skip
"""A pod was refused for want of a network; what follows says why."""
NO_NETWORK: Final = "|".join(map(re.escape, _REFUSALS))
_NO_NETWORK: Final = lazy(NO_NETWORK)
_REASONS: Final = {
    "flannel-not-running": r"(?P<words>/run/flannel/subnet\.env): no such file",
    "calico-not-running": r"stat (?P<words>/var/lib/calico/nodename): no such file",
    "cilium-not-running": (
        r"(?i:unable to (?:connect to|create) cilium|cilium API client timeout|is the agent running)"
        r"|dial unix (?P<words>/var/run/cilium/cilium\.sock)"
    ),
    "weave-not-running": r"(?P<words>127\.0\.0\.1:6784)\S*: dial tcp",
    "plugin-missing": rf"failed to find plugin {QUOTE}(?P<words>[\w.-]+){QUOTE} in path",
    "bridge-address": rf"{QUOTE}(?P<dev>[\w.-]+){QUOTE} already has an IP address different from (?P<words>[0-9a-f.:/]+)",
    "addresses-used-up": (
        r"no IP addresses available in (?:range set|network): ?(?P<words>[\w.:-]+)|failed to assign an IP address to container"
        r"|no more IPs available|no IPs currently available on the node"
    ),
    "no-address-range": r"no IP ranges specified|node (?P<words>\S+) pod cidr not assigned",
    "plugin-unauthorized": r"connection is unauthorized",
    "api-unreachable": r"dial tcp (?P<words>[0-9a-f.:\[\]]+:(?:443|6443)): (?:i/o timeout|connect: [a-z ]+)",
    "network-not-configured": r"cni (?:plugin not initialized|config uninitialized)|[Nn]o networks found in (?P<words>/\S*[\w/])",
}  # fmt: skip
_WHY: Final = {problem: lazy(text) for problem, text in _REASONS.items()}
_PLUGIN: Final = lazy(rf"plugin type={QUOTE}(?P<plugin>[\w.-]+)")


def refused(said: str) -> AgentMessage | None:
    """Return why a pod or node has no network, as a message says it, or None if the message is about something else."""
    if _NO_NETWORK.search(said) is None:
        return None
    for problem, pattern in _WHY.items():
        if (match := pattern.search(said)) is not None:
            told = match.groupdict()
            return AgentMessage(problem, dev=told.get("dev"), words=told.get("words"))
    plugin = _PLUGIN.search(said)
    return AgentMessage("network-setup-failed", words=plugin["plugin"] if plugin is not None else None)
