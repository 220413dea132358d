"""``nmcli`` and ``nmcli device show``: devices, addresses and routes as NetworkManager has them (nmcli(1)).

NetworkManager shows what it manages and what it has heard of, so that none of its lists is the kernel's whole table.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, is_device, number
from podpath.state.address import parse_ip, parse_mac, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Address, Link
from podpath.state.pattern import lazy
from podpath.state.route import Route

_FIELD: Final = lazy(
    r"(?P<group>GENERAL|CAPABILITIES|INTERFACE-FLAGS|WIRED-PROPERTIES|BRIDGE|IP[46]|DHCP[46])\.(?P<name>[A-Z0-9._-]+)(?:\[\d+\])?:"
    r"\s*+(?P<value>.*)$"
)
_DEVICE: Final = lazy(
    r"(?P<dev>\S{1,15}): (?:connected|disconnected|unmanaged|unavailable|connecting|deactivating|connection failed)\b"
)
_BRIEF: Final = lazy(
    r"\s++(?:(?P<inet>inet[46]) (?P<address>\S+)"
    r"|(?P<route>route[46]) (?P<dst>\S+)(?: via (?P<via>\S+))?(?: metric (?P<metric>\d+))?)\s*$"
)
_HARDWARE: Final = lazy(
    r"\s++[a-z0-9-]++(?: \([^)]*\))?, "
    r"(?:(?P<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}), )?(?:hw|sw), (?:[\w ]+, )?mtu (?P<mtu>\d+)"
)
_ROUTE: Final = lazy(r"dst = (?P<dst>\S+), nh = (?P<via>\S+?)(?:, mt = (?P<metric>\d+))?(?P<rest>,.*)?$")
_TABLES: Final = (Link, Address, Route)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``nmcli`` and ``nmcli device show [DEV]``; they cover no table as a whole."""
    rest = list(words[1:])
    shown = rest[:1] in (["device"], ["dev"], ["d"]) and rest[1:2] in (["show"], ["sh"]) and len(rest) <= 3  # noqa: PLR2004
    if words[:1] != ["nmcli"] or (rest and not shown) or (len(rest) == 3 and not is_device(rest[2])):  # noqa: PLR2004
        return None
    return tuple(covers(table, complete=Complete.NO) for table in _TABLES)


def _route(dev: str, dst: str, via: str | None, metric: str | None, *, six: bool) -> Route:
    """Return a route; ValueError says which word is wrong."""
    family, first, length = parse_prefix(("::/0" if six else "0.0.0.0/0") if dst == "default" else dst)
    hop = parse_ip(via) if via not in {None, "0.0.0.0", "::"} else None  # noqa: S104 - no next hop, as printed
    return Route(family, "main", "unicast", first, length, hop, dev, metric=number(metric) if metric is not None else None)


def _address(dev: str, text: str) -> Address:
    family, _, length = parse_prefix(text)
    return Address(dev, family, parse_ip(text.partition("/")[0]), length)


def _shown(dev: str, name: str, value: str) -> Iterator[Link | Address | Route]:
    """Yield the row of a field; ValueError says which word is wrong."""
    if name == "GENERAL.HWADDR":
        yield Link(dev, mac=parse_mac(value))
    elif name == "GENERAL.MTU":
        yield Link(dev, mtu=number(value))
    elif name in {"IP4.ADDRESS", "IP6.ADDRESS"}:
        yield _address(dev, value)
    elif name in {"IP4.ROUTE", "IP6.ROUTE"} and (match := _ROUTE.match(value)) is not None and not match["rest"]:
        yield _route(dev, match["dst"], match["via"], match["metric"], six=name[2] == "6")


def _listed(dev: str, line: str) -> Iterator[Link | Address | Route]:
    """Yield the rows of an indented line; ValueError says which word is wrong."""
    if (match := _HARDWARE.match(line)) is not None:
        yield Link(dev, mac=parse_mac(match["mac"]) if match["mac"] else None, mtu=number(match["mtu"]))
    elif (match := _BRIEF.match(line)) is not None and match["inet"] is not None:
        yield _address(dev, match["address"])
    elif match is not None and match["dst"] is not None:
        yield _route(dev, match["dst"], match["via"], match["metric"], six=match["route"] == "route6")


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read either form."""
    del words
    dev = ""
    for index, line in enumerate(lines):
        field, device = _FIELD.match(line), _DEVICE.match(line)
        if device is not None:
            dev = device["dev"]
            continue
        name, value = (f"{field['group']}.{field['name']}", field["value"].strip()) if field is not None else ("", "")
        dev = value if name == "GENERAL.DEVICE" else dev
        if not dev or value in {"--", "(unknown)"}:
            continue
        try:
            yield from [(index, row) for row in (_shown(dev, name, value) if field is not None else _listed(dev, line))]
        except ValueError as error:
            yield index, bad("nmcli", error)


READER: Final = Reader(
    name="nmcli device show",
    accepts=accepts,
    starts=lazy(r"GENERAL\.DEVICE:\s+\S{1,15}\s*$"),
    continues=lazy(
        rf"{_FIELD.pattern}|{_DEVICE.pattern}|\s+(?:inet[46]|route[46]|ip[46] default|servers: |domains: |interface: |\"|master |"
        rf"port |\d+ connection)|{_HARDWARE.pattern}|DNS configuration:|Use \"nmcli"
    ),
    read=read,
    shape_coverage=tuple(covers(table, complete=Complete.NO) for table in _TABLES),
)
