"""Generic netlink: families that are known by name (linux/genetlink.h)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import NLMSG_HEADER, Field, Message
from podpath.netlink.sock import Netlink, NetlinkError, messages

NETLINK_GENERIC: Final = 16
_GENL_ID_CTRL: Final = 0x10
_CTRL_CMD_GETFAMILY: Final = 3
_CTRL_ATTR_FAMILY_NAME: Final = 2
_FAMILY: Final = Message("BBH", Field(1, "H"))  # CTRL_ATTR_FAMILY_ID
_GENL: Final = Struct("=BBH")  # struct genlmsghdr: command, version, -


def attribute(number: int, payload: bytes) -> bytes:
    """Return an attribute for a request, padded."""
    return Struct("=HH").pack(len(payload) + 4, number) + payload + bytes(-len(payload) % 4)


def nest(number: int, payload: bytes) -> bytes:
    """Return an attribute that holds others."""
    return attribute(number | 0x8000, payload)


_ids: dict[str, int] = {}


def family_id(socket: Netlink, name: str) -> int:
    """Return the number of a family, which is the same in all namespaces until the machine stops.

    Raises:
        NetlinkError: the kernel has no such family.
    """
    if name not in _ids:
        payload = _GENL.pack(_CTRL_CMD_GETFAMILY, 1, 0) + attribute(_CTRL_ATTR_FAMILY_NAME, name.encode() + b"\0")
        data = socket.ask(_GENL_ID_CTRL, payload)
        number = _FAMILY.decode(data, 0, NLMSG_HEADER.unpack_from(data)[0])[-1]
        if number is None:
            raise NetlinkError(2, f"no generic netlink family {name}")
        _ids[name] = number
    return _ids[name]


def dump(socket: Netlink, family: str, command: int, payload: bytes, layout: Message) -> Iterator[tuple[Any, ...]]:
    """Dump what a family's command shows.

    Raises:
        NetlinkError: the kernel refuses, or has no such family.
    """
    return messages(socket.dump(family_id(socket, family), _GENL.pack(command, 1, 0) + payload), layout)


def ask(socket: Netlink, family: str, command: int, payload: bytes, layout: Message) -> tuple[Any, ...]:
    """Return the one answer to a family's command.

    Raises:
        NetlinkError: the kernel refuses, or has no such family.
    """
    data = socket.ask(family_id(socket, family), _GENL.pack(command, 1, 0) + payload)
    return layout.decode(data, 0, NLMSG_HEADER.unpack_from(data)[0])
