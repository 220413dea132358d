"""Frames with a MAC come from another node than the table says."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="fdb-wrong-underlay",
    title="Frames with a MAC come from another node than the table says",
    explain="""A learning VXLAN device drops a frame if a permanent entry maps its source MAC to another address than the one it came from
(vxlan_snoop). The entry is left over from before that node changed its address.

    bridge fdb show dev flannel.1
    bridge fdb replace MAC dev flannel.1 dst ADDRESS self permanent""",
)


def contradicted(dev: str, node: str, mac: str, fixed: str, source: str) -> Words:
    """Return the words for a frame from another place than a fixed entry says (vxlan_snoop)."""
    return CAUSE.words(
        tr(
            "{dev} on {node} has a permanent entry of {mac} for {fixed}, but gets frames with it from {source}",
            dev=dev,
            node=node,
            mac=mac,
            fixed=fixed,
            source=source,
        ),
        tr("The device drops frames from an address that contradicts its table."),
        do("bridge", "fdb", "replace", mac, "dev", dev, "dst", source, "self", "permanent"),
    )
