"""A port does not carry the VLAN."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="bridge-vlan-missing",
    title="A port does not carry the VLAN",
    explain="""A bridge that filters by VLAN assigns an untagged frame to the port's PVID, and passes a frame only through ports that list its VLAN.

    bridge vlan show
    bridge vlan add vid 10 dev PORT""",
)


def not_allowed(port: str, bridge: str) -> Words:
    """Return the words for a port that does not allow a frame's VLAN (br_allowed_egress)."""
    return CAUSE.words(
        tr("port {port} of {bridge} does not allow the VLAN of the frame", port=port, bridge=bridge),
        tr("The bridge filters by VLAN, and drops it."),
        do("bridge", "vlan", "show", "dev", port, words=tr("see first,")),
    )
