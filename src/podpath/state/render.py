"""Rows as the lines that a person knows: each in the words of the command that shows it.

Used where there is no pasted line to show: rows from netlink, from JSON, or from a
snapshot that was made by a program.
"""

from functools import cache, singledispatch
from typing import Any, NamedTuple, get_args, get_type_hints

from podpath.state.address import V6, Ip, Mac, ip_text, mac_text, prefix_text
from podpath.state.evidence import Coverage
from podpath.state.fdb import FdbEntry
from podpath.state.host import Counter, Feature, Resolver, Sysctl
from podpath.state.link import Address, BridgePort, Link, LinkCounters, Vxlan
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route, Rule
from podpath.state.table import command_for, listing_of, tables
from podpath.state.tun import Tun


def _join(*words: str | None) -> str:
    return " ".join(word for word in words if word)


def _flags(flags: str | None) -> str | None:
    return flags.replace(",", " ") if flags else None


def _pair(name: str, value: object | None) -> str | None:
    return None if value is None else f"{name} {value}"


@singledispatch
def line_of(row: NamedTuple) -> str:
    """Return a row as one line of its command's output."""
    hints = _hints(type(row))
    return _join(*(f"{name}={_text(hints[name], value)}" for name, value in row._asdict().items() if value is not None))


@cache
def _hints(row: type) -> dict[str, tuple[Any, ...]]:
    """Return what each column of a row type may be."""
    return {name: get_args(hint) or (hint,) for name, hint in get_type_hints(row).items()}


def _text(kinds: tuple[Any, ...], value: object) -> str:
    """Return a value as a person writes it: addresses are numbers in a row."""
    if isinstance(value, int) and Ip in kinds:
        return ip_text(Ip(value))
    return mac_text(Mac(value)) if isinstance(value, int) and Mac in kinds else str(value)


def command_of(row: NamedTuple) -> str:
    """Return the command that shows a row; of coverage, the one that shows the table it is about."""
    return listing_of(tables()[row.table], row.family) if isinstance(row, Coverage) else command_for(row)


@line_of.register
def _(row: Tun) -> str:
    return _join(f"{row.dev}: {row.program}({row.pid})", _pair("in net", row.netns and f"[{row.netns}]"))


@line_of.register
def _(row: Route) -> str:
    return _join(
        row.type if row.type != "unicast" else None,
        prefix_text(row.family, row.dst, row.dst_len),
        f"via {ip_text(row.via)}" if row.via is not None else _pair("via", row.gateway_name),
        _pair("dev", row.dev),
        _pair("table", row.table if row.table != "main" else None),
        _pair("proto", row.proto),
        _pair("scope", row.scope),
        f"src {ip_text(row.prefsrc)}" if row.prefsrc is not None else None,
        _pair("metric", row.metric or None),
        _flags(row.flags),
    )


@line_of.register
def _(row: Rule) -> str:
    source = prefix_text(row.family, row.src, row.src_len or 0) if row.src is not None else "all"
    return _join(
        f"{row.priority}:",
        "not" if row.inverted else None,
        f"from {source}",
        f"to {prefix_text(row.family, row.dst, row.dst_len or 0)}" if row.dst is not None else None,
        f"fwmark {row.fwmark:#x}" if row.fwmark is not None else None,
        _pair("iif", row.iif),
        _pair("oif", row.oif),
        f"tos {row.tos:#04x}" if row.tos is not None else None,
        _pair("dscp", row.dscp),
        _pair("lookup", row.table) if row.action == "lookup" else row.action,
        _pair("suppress_prefixlength", row.suppress_prefixlength),
    )


@line_of.register
def _(row: Neighbour) -> str:
    return _join(
        ip_text(row.address),
        f"dev {row.dev}",
        f"lladdr {mac_text(row.mac)}" if row.mac is not None else None,
        _flags(row.flags),
        row.state,
    )


@line_of.register
def _(row: FdbEntry) -> str:
    return _join(
        mac_text(row.mac),
        f"dev {row.dev}",
        f"dst {ip_text(row.dst)}" if row.dst is not None else None,
        _pair("vlan", row.vlan),
        _pair("vni", row.vni),
        _pair("master", row.master),
        _flags(row.flags),
        row.state,
    )


@line_of.register
def _(row: Link) -> str:
    at = row.parent or (f"if{row.peer_index}" if row.peer_index else None)
    return _join(
        f"{row.ifindex}:" if row.ifindex else None,
        f"{row.name}@{at}:" if at else f"{row.name}:",
        f"<{row.flags}>" if row.flags else None,
        _pair("mtu", row.mtu),
        _pair("master", row.master),
        _pair("state", row.operstate),
        f"link/ether {mac_text(row.mac)}" if row.mac is not None else None,
        row.kind,
    )


@line_of.register
def _(row: Vxlan) -> str:
    return _join(
        "vxlan",
        "external" if row.external else _pair("id", row.vni),
        f"local {ip_text(row.local)}" if row.local is not None else None,
        f"remote {ip_text(row.remote)}" if row.remote is not None else None,
        _pair("dev", row.lower),
        _pair("dstport", row.port),
        "nolearning" if row.learning is False else None,
    )


@line_of.register
def _(row: Address) -> str:
    family = "inet6" if row.family == V6 else "inet"
    scope, flags = _pair("scope", row.scope), _flags(row.flags)
    return _join(f"{family} {ip_text(row.address)}/{row.length}", scope, flags, row.label or row.dev)


@line_of.register
def _(row: Sysctl) -> str:
    return f"{row.name} = {row.value}"


@line_of.register
def _(row: BridgePort) -> str:
    hairpin = None if row.hairpin is None else f"hairpin {'on' if row.hairpin else 'off'}"
    return _join(row.name, f"master {row.master}", _pair("state", row.state), hairpin)


@line_of.register
def _(row: Counter) -> str:
    return f"{row.name} {row.value}"


@line_of.register
def _(row: LinkCounters) -> str:
    return _join(row.name, *(_pair(name, value) for name, value in row._asdict().items() if name != "name" and value))


@line_of.register
def _(row: Resolver) -> str:
    return f"{row.keyword} {row.value}"


@line_of.register
def _(row: Feature) -> str:
    return f"{row.name}: {'on' if row.on else 'off'}{' [fixed]' if row.fixed else ''}"
