"""A network policy denies a flow that no node stops."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity, Words

CAUSE: Final = Cause(
    name="policy-not-programmed",
    severity=Severity.WARNING,
    title="A network policy denies a flow that no node stops",
    explain="""A NetworkPolicy is only an object. The cluster's network has to turn it into rules on every node: Calico, Cilium, kube-router and
others do, flannel alone does not. Where the object denies a flow and no node stops it, nothing enforces policies there, the agent of
that node has stopped, or it has not written the rules yet.

Check: which pods of the network run on that node (`kubectl -n kube-system get pods -o wide`), and what their logs say; the rules
of the node for that pod (`iptables-save`, `nft list ruleset`).""",
)


def passes(pod: str, policies: str, created: str) -> Words:
    """Return the words for a flow that passes although policies deny it.

    Args:
        pod: the pod that the policies are about.
        policies: the policies, in words.
        created: when the youngest was made, in words; empty if nobody says.
    """
    return CAUSE.words(
        tr("{policies} denies this flow at {pod}{created}, but no rule stops it", policies=policies, pod=pod, created=created),
        tr("Who should be kept out gets in."),
        tr("make sure that the cluster's network enforces policies, and that its agent runs on the node of the pod"),
    )
