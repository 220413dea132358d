"""Calico has not written rules for a pod."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="felix-endpoint-not-programmed",
    title="Calico has not written rules for a pod",
    explain="""For each pod's interface, Calico's agent (Felix) writes a rule that jumps to the pod's own chains. Packets from an interface without
such a rule are dropped as "Unknown interface". A pod that has just started waits for seconds. If a pod waits forever, the agent is
overloaded, has lost its datastore, or looks for interfaces with another prefix.

Check: `iptables-save | grep wl-dispatch`: is there a rule with the pod's interface? calico-node's log.""",
    summary=("no rule of cali-from-wl-dispatch on {node} names {dev}, and the chain drops packets from unknown interfaces",),
    why="The pod behind it can reach nothing, and nothing can reach it.",
    fix=(
        "restart calico-node on {node}, and look at its log",
        "compare FELIX_INTERFACEPREFIX with the names of the interfaces",
    ),
)


def fix(restart: Fix) -> tuple[Fix | str, ...]:
    """Return what makes Calico's agent write a pod's chains."""
    return (
        restart._replace(words=tr("restart Calico's agent there")),
        tr("if that does not help: FELIX_INTERFACEPREFIX must be the prefix of the pods' interface names"),
    )
