"""Rules of network policies stop a flow that the policies allow."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="policy-rules-stale",
    title="Rules of network policies stop a flow that the policies allow",
    explain="""The agent of the cluster's network writes the rules for network policies on each node. If the agent stops, the rules stay as they are:
a policy that was changed or deleted keeps its effect, and a pod or namespace whose labels changed is still judged by the old ones.

Check: `kubectl get networkpolicies -A`, and the agent's logs on the node.""",
    symptom_of=("felix-endpoint-not-programmed",),
)


def stops(node: str, pod: str, allowed: str) -> Words:
    """Return the words for a flow that rules stop although policies allow it.

    Args:
        node: node whose rule stops it.
        pod: the pod that the policies are about.
        allowed: why it is allowed, in words.
    """
    return CAUSE.words(
        tr("a rule of {node} for network policies stops this flow, but {allowed} at {pod}", node=node, allowed=allowed, pod=pod),
        tr("The rules are older than the objects, or made of others."),
        tr("restart the agent of the cluster's network on {node}: it writes its rules again", node=node),
    )
