"""A port of a bridge is not forwarding."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="bridge-port-blocked",
    title="A port of a bridge is not forwarding",
    explain="""Spanning tree or a person has set the state of the port to disabled, blocking, listening or learning. Frames pass only in the
state forwarding. A port without a carrier is disabled, too.

    bridge link show dev PORT           state forwarding
    bridge link set dev PORT state 3""",
)


def not_forwarding(port: str, bridge: str, node: str, state: str) -> Words:
    """Return the words for a port whose state passes no frames (IEEE 802.1D)."""
    return CAUSE.words(
        tr("port {port} of {bridge} on {node} is {state}", port=port, bridge=bridge, node=node, state=state),
        tr("It passes no frames."),
        do("bridge", "link", "set", "dev", port, "state", "3"),
    )
