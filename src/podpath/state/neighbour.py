"""Who has which link-layer address: the tables of ARP and neighbour discovery."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import Interface, Word
from podpath.state.table import table


@table(
    "neighbour",
    once=True,
    key="dev address",
    same="*",
    agree="mac",
    volatile="family state flags",
    only="mac IS NOT NULL",
    fleeting="coalesce(state, '') <> 'PERMANENT'",
    command="ip neigh show dev {dev}",
    listing="ip neigh show",
)
class Neighbour(NamedTuple):
    """An entry of the ARP or ND table (``ip neigh show``).

    Attributes:
        dev: device the neighbour is reached by.
        family: 4 or 6.
        address: address of the neighbour.
        mac: its link-layer address, or None while it is not resolved.
        state: PERMANENT, NOARP, REACHABLE, STALE, DELAY, PROBE, INCOMPLETE, FAILED or NONE.
        flags: comma-separated flags (router, proxy, extern_learn, managed …).
    """

    dev: Interface
    family: int
    address: Ip
    mac: Mac | None
    state: Word | None = None
    flags: Word | None = None
