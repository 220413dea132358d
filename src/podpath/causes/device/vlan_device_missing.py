"""A tagged frame arrives, and no device has its VLAN."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="vlan-device-missing",
    title="A tagged frame arrives, and no device has its VLAN",
    explain="""The device receives frames of this VLAN, but has no VLAN device that takes them.

    ip -d link show type vlan
    ip link add link eth0 name eth0.10 type vlan id 10""",
)


def untaken(dev: str, node: str, vlan: int) -> Words:
    """Return the words for a tagged frame that no device takes (vlan_do_receive)."""
    return CAUSE.words(
        tr("{dev} on {node} has no device for VLAN {vlan}", dev=dev, node=node, vlan=vlan),
        "",
        do("ip", "link", "add", "link", dev, "name", f"{dev}.{vlan}", "type", "vlan", "id", str(vlan)),
    )
