"""Failures that programs of a cluster report: events of the API, and the logs of kubelets and of kube-proxy."""

from typing import NamedTuple

from podpath.state.column import AgentProblem, Interface, KubeNamespace, NodeName, PlaceName
from podpath.state.table import table


@table("agent_message", incomparable="it was said once", listing="kubectl get events -A")
class AgentMessage(NamedTuple):
    """A complaint of a kubelet, a network plugin or kube-proxy (``kubectl get events``, ``journalctl -u kubelet``).

    It describes the past: what failed may have worked since.

    Attributes:
        problem: what failed, as one word, such as ``plugin-missing``.
        times: how many lines say so.
        namespace: namespace of the pod that it is about.
        pod: name of that pod.
        host: node that it is about, or the machine's name, where the line tells.
        dev: the device that it names.
        words: the name, address or text that matters in it.
    """

    problem: AgentProblem
    times: int = 1
    namespace: KubeNamespace | None = None
    pod: PlaceName | None = None
    host: NodeName | None = None
    dev: Interface | None = None
    words: str | None = None
