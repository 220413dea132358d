"""Forwarding tables of bridges and VXLAN devices: which MAC is behind which port, or at which node."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import Interface, Word
from podpath.state.table import table


@table(
    "fdb",
    once=True,
    key="dev mac vlan vni",
    same="dev mac vlan vni dst",
    volatile="state flags master",
    fleeting="coalesce(state, '') NOT IN ('permanent', 'static')",
    command="bridge fdb show dev {dev}",
    listing="bridge fdb show",
)
class FdbEntry(NamedTuple):
    """An entry of a bridge's or VXLAN device's forwarding table (``bridge fdb show``).

    Attributes:
        dev: port of the bridge, or the VXLAN device.
        mac: destination of the frame; all zeroes is the default entry.
        dst: VXLAN only: address of the node to send to.
        vlan: VLAN the entry belongs to.
        master: bridge that holds the entry, where not the device itself.
        state: permanent, static, or none for a learned one.
        flags: comma-separated flags (self, master, extern_learn, offload, sticky, router …).
        vni: VXLAN only: network identifier to send with, where not the device's own.
        port: VXLAN only: UDP port to send to, where not the device's own.
        via: VXLAN only: device to send by, where not the device's own.
        nhid: identifier of a nexthop object.
    """

    dev: Interface
    mac: Mac
    dst: Ip | None = None
    vlan: int | None = None
    master: Interface | None = None
    state: Word | None = None
    flags: Word | None = None
    vni: int | None = None
    port: int | None = None
    via: Interface | None = None
    nhid: int | None = None
