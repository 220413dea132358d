"""Addresses of devices: RTM_GETADDR (linux/if_addr.h; net/ipv4/devinet.c, net/ipv6/addrconf.c)."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.names import flag_words, scope_name
from podpath.netlink.route_socket import Devices, of_family
from podpath.netlink.values import FAMILY, ip, text
from podpath.state.link import Address

_RTM_GETADDR: Final = 22

# struct ifaddrmsg: family, prefix length, flags, scope, index; IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_FLAGS.
TABLE: Final = of_family(_RTM_GETADDR, Message("BBBBI", Field(1), Field(2), Field(3), Field(8, "I")))

_PERMANENT: Final = 0x80
_SECONDARY: Final = 0x01
# Bits as iproute2 names them, in the order of the words.
_FLAGS: Final = (
    (0x400, "autojoin"), (0x08, "dadfailed"), (0x20, "deprecated"), (0x100, "mngtmpaddr"), (0x02, "nodad"),
    (0x200, "noprefixroute"), (0x04, "optimistic"), (0x800, "stable-privacy"), (0x40, "tentative"),
)  # fmt: skip


def _words(flags: int, family: int) -> str | None:
    words = (flag_words(flags & ~(_PERMANENT | _SECONDARY), _FLAGS) or "").split(",")
    if not flags & _PERMANENT:
        words.append("dynamic")
    if flags & _SECONDARY:
        words.append("secondary" if FAMILY[family] == 4 else "temporary")  # noqa: PLR2004
    return ",".join(sorted(filter(None, words))) or None


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Address]:
    """Yield each address."""
    for family, length, flags, scope, index, address, local, label, more_flags in messages:
        if family not in FAMILY:
            continue
        own = ip(local) if local is not None else ip(address)
        if own is None:
            continue
        dev = devices[index]
        called = text(label)
        yield Address(
            dev, FAMILY[family], own, length, scope_name(scope), _words(flags if more_flags is None else more_flags, family),
            called if called != dev else None, ip(address) if local is not None and address not in {None, local} else None,
        )  # fmt: skip
