"""The rtnetlink socket of a namespace with what its tables have in common (rtnetlink(7))."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from podpath.netlink.layout import Message
from podpath.netlink.sock import Netlink, messages

NETLINK_ROUTE: Final = 0


class Table(NamedTuple):
    """A table of the kernel.

    Attributes:
        request: number of the dump request (RTM_GETLINK …).
        payload: fixed header of the request, and attributes that narrow it.
        layout: what its messages are made of.
    """

    request: int
    payload: bytes
    layout: Message


def of_family(request: int, layout: Message, family: int = 0) -> Table:
    """Return a table whose request names a family and nothing else.

    The header is as long as that of the answers: the kernel parses the rest as attributes, and logs what it cannot parse.

    Args:
        request: number of the dump request.
        layout: what its messages are made of.
        family: AF_INET …; 0 for all.
    """
    return Table(request, family.to_bytes(1, "little") + bytes(layout.header.size - 1), layout)


class Devices:
    """Names of the devices of a namespace.

    A name that is not known (a device that came or went during the capture) is written as iproute2 does: ``if7``.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def __setitem__(self, index: int, name: str) -> None:
        self._names[index] = name

    def __getitem__(self, index: int) -> str:
        return self._names.get(index) or f"if{index}"

    def __iter__(self) -> Iterator[int]:
        return iter(self._names)

    def get(self, index: int | None) -> str | None:
        """Return the name for an index, or None for none and for zero."""
        return self[index] if index else None


Rows = Iterator[NamedTuple]
Decoder = Callable[[Iterator[tuple[Any, ...]], Devices], Rows]


def dump(socket: Netlink, table: Table) -> Iterator[tuple[Any, ...]]:
    """Dump a table, whole and at once, then yield its messages' values.

    Raises:
        NetlinkError: the kernel refuses.
    """
    return messages(socket.dump(table.request, table.payload), table.layout)
