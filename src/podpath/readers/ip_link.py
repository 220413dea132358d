"""``ip link show``: network devices, with ``-d`` their kind and settings, with ``-s`` their counters (ip-link(8))."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from podpath.readers import link_kinds
from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import IpWords, coverage_of, device_filter, is_noun, parse_ip_words
from podpath.readers.options import bad
from podpath.readers.options import number as exact
from podpath.state.address import Ip, Mac, parse_ip, parse_mac
from podpath.state.column import DEVICE_KINDS
from podpath.state.evidence import Coverage
from podpath.state.link import DETAILS, Bridge, BridgePort, Link, LinkCounters, Tunnel, Vxlan
from podpath.state.pattern import lazy

HEADER: Final = lazy(r"^(\d+): ([^\s:](?:[^\s:@]|@(?=:))*)(?:@([^\s:]+))?: <([^>]*)>(?: mtu (\d+))?(.*)$")
BRIEF: Final = lazy(
    r"^([^\s@:][^\s@]*)(?:@(\S+))?\s+(UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)(?:\s++(\S(?:.*\S)?))?\s*$"
)
NOTE: Final = lazy(
    r'^(?:(?:Cannot find device|Device) ".+?"(?: does not exist)?\.?|(?:Error: )?Peer netns reference is invalid\.)$'
)
"""What ip(8) prints on standard error between devices: the second, where a name in /run/netns leads nowhere any more."""
_NARROWING: Final = ("type", "master", "vrf", "scope", "to", "label", "group")
_LONE: Final = (
    "up",
    "permanent",
    "dynamic",
    "secondary",
    "primary",
    "tentative",
    "deprecated",
    "dadfailed",
    "nomaster",
)
_TUNNELS: Final = frozenset(
    ["ipip", "sit", "gre", "gretap", "erspan", "ip6tnl", "ip6gre", "ip6gretap", "vti", "vti6", "geneve", "wireguard"]
)
_COUNTER_WORDS: Final = {
    "missed": "missed",
    "errors": "errors",
    "dropped": "dropped",
    "packets": "packets",
    "bytes": "bytes",
}


class Block(NamedTuple):
    """One device of the output: its header and the lines that belong to it.

    Attributes:
        at: index of the header line.
        head: match of :data:`HEADER`.
        body: the other lines, each with its index, stripped.
    """

    at: int
    head: re.Match[str]
    body: list[tuple[int, str]]


def tables(parsed: IpWords) -> list[type[NamedTuple]]:
    """Return the tables that a command shows beside its own, by its options."""
    extra: list[type[NamedTuple]] = list(DETAILS) if parsed.details else []
    return [*extra, LinkCounters] if parsed.statistics else extra


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip [-d] [-s] link [show] [dev X] …``."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "link"):
        return None
    found = device_filter(parsed.rest, _NARROWING, _LONE)
    if found is None:
        return None
    return coverage_of((Link, *tables(parsed)), None, found[0], narrowed=found[1])


def blocks(lines: Sequence[str]) -> Iterator[Block | tuple[int, str]]:
    """Yield each device with its lines, and lines that belong to none."""
    current: Block | None = None
    for index, line in enumerate(lines):
        first, *rest = line.split("\\")
        match = HEADER.match(first)
        if match is not None:
            if current is not None:
                yield current
            current = Block(index, match, [(index, part.strip()) for part in rest])
        elif current is not None and line[:1].isspace():
            current.body.extend((index, part.strip()) for part in line.split("\\"))
        elif line.strip():
            yield index, line
    if current is not None:
        yield current


_LONGEST_NUMBER: Final = 20
"""Digits of a number of 64 bits."""


def number(text: str | None) -> int | None:
    """Return the number of a word that is one; ``-h`` prints ``1.2k``, which says nothing exact."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else None


def peer(word: str | None) -> tuple[str | None, int | None]:
    """Return the (name, ifindex) after ``@``."""
    if word is None or word == "NONE":
        return None, None
    if word.startswith("if") and word[2:].isdigit():
        return None, number(word[2:])
    return word, None


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Return each word with the one after it: ``master br0 state UP`` → {master: br0, br0: state, …}."""
    return dict(pairwise(words))


def _mac(text: str | None) -> Mac | None:
    try:
        return parse_mac(text) if text else None
    except ValueError:
        return None


def link_of(block: Block) -> Link:
    """Return the device itself."""
    head = block.head
    flags = head[4].split(",") if head[4] else []
    words = pairs(head[6].split())
    parent, index = peer(head[3])
    layer: dict[str, str] = {}
    kind = alias = None
    mac = None
    for _, text in block.body:
        if text.startswith("link/"):
            parts = text.split()
            layer = pairs(parts[1:])
            mac = _mac(parts[1] if len(parts) > 1 else None)
        elif text.startswith("alias "):
            alias = text[6:]
        elif kind is None and text.partition(" ")[0] in DEVICE_KINDS:
            kind = text.partition(" ")[0]
    state = words.get("state")
    return Link(
        head[2], exact(head[1]), kind, mac, number(head[5]), "UP" in flags, "LOWER_UP" in flags, state, head[4] or None,
        words.get("master"), parent, index, number(layer.get("link-netnsid")), alias,
        layer.get("link-netns"),
    )  # fmt: skip


def _ip(text: str | None) -> Ip | None:
    try:
        return parse_ip(text) if text and text != "any" else None
    except ValueError:
        return None


def _df(word: str | None) -> str | None:
    """Return whether outer packets must not be cut: set or inherit."""
    return word if word in {"set", "inherit"} else None


def _vxlan(name: str, text: str) -> Vxlan:
    words = text.split()
    value = pairs(words)
    return Vxlan(
        name, number(value.get("id")), number(value.get("dstport")), _ip(value.get("local")), value.get("dev"),
        _ip(value.get("remote") or value.get("group")), "nolearning" not in words, "external" in words,
        _df(value.get("df")),
    )  # fmt: skip


def _tunnel(name: str, kind: str, text: str) -> Tunnel:
    value = pairs(text.split())
    key = number(value.get("key")) if "key" in value else number(value.get("id"))
    return Tunnel(
        name, kind, _ip(value.get("local")), _ip(value.get("remote")), key, number(value.get("dstport")), value.get("dev"),
        "inherit" if "nopmtudisc" in value or "nopmtudisc" in text.split() else _df(value.get("df")),
    )  # fmt: skip


def _bridge(name: str, text: str) -> Bridge:
    value = pairs(text.split())
    ageing = number(value.get("ageing_time"))
    return Bridge(
        name,
        value.get("bridge_id"),
        value["stp_state"] != "0" if "stp_state" in value else None,
        value["vlan_filtering"] != "0" if "vlan_filtering" in value else None,
        None if ageing is None else ageing / 100,
        value["nf_call_iptables"] != "0" if "nf_call_iptables" in value else None,
    )


def port_of(name: str, master: str, text: str) -> BridgePort:
    """Return a bridge port from the words that ``bridge_slave`` or ``bridge -d link`` prints."""
    value = pairs(text.split())

    def on(key: str) -> bool | None:
        return value[key] == "on" if value.get(key) in ("on", "off") else None

    return BridgePort(
        name, master, number_any(value.get("port_no")), value.get("state"), on("hairpin"), on("isolated"), on("learning"),
        on("flood"), on("neigh_suppress"),
    )  # fmt: skip


def number_any(text: str | None) -> int | None:
    """Return a number written in decimal or, with ``0x``, in hexadecimal."""
    try:
        return int(text, 0) if text and len(text) < _LONGEST_NUMBER else None
    except ValueError:
        return None


def _counters(name: str, body: Sequence[tuple[int, str]]) -> LinkCounters | None:
    """Read the tables ``RX: bytes packets errors …`` with the numbers below."""
    row: dict[str, int | None] = {}
    columns: list[str] = []
    way = ""
    for _, text in body:
        words = text.split()
        if words and words[0] in ("RX:", "TX:", "RX", "TX"):
            way = words[0][:2].lower()
            columns = [word.rstrip(":") for word in words[1:] if word != "errors:"]
            if "errors:" in words:
                columns = [f"error_{word}" for word in columns]
        elif columns and words and all(word[:1].isdigit() for word in words):
            row.update({f"{way}_{key}": number(value) for key, value in zip(columns, words, strict=False)})
            columns = []
    if not row:
        return None
    known = {key: row.get(key) for key in LinkCounters._fields if key in row}
    known["rx_otherhost"] = row.get("rx_error_otherhost")
    known["tx_carrier"] = row.get("tx_carrier", row.get("tx_error_carrier"))
    known["collisions"] = row.get("tx_collsns")
    return LinkCounters(name, **known)


HEADLESS: Final = "the first line of this device is missing"


def alone(block: Block) -> tuple[Block, int | None]:
    """Return a device with its own lines, and where those of the next one begin, whose first line was not pasted.

    A device has one line that begins with ``link/``, and one that begins with its kind.
    """
    told: set[str] = set()
    for at, (index, text) in enumerate(block.body):
        word = text.partition(" ")[0]
        part = "link/" if word.startswith("link/") else "kind" if word in DEVICE_KINDS else ""
        if part and part in told:
            return block._replace(body=block.body[:at]), index
        told.add(part)
    return block, None


def rows_of(block: Block) -> Iterator[Item]:
    """Yield all rows of a block except addresses."""
    try:
        link = link_of(block)
    except ValueError as error:
        yield block.at, bad("ip link", error)
        return
    yield block.at, link
    for index, text in block.body:
        word = text.partition(" ")[0]
        if word == "vxlan" == link.kind:
            yield index, _vxlan(link.name, text)
        elif word == "bridge":
            yield index, _bridge(link.name, text)
        elif word == "bridge_slave" and link.master:
            yield index, port_of(link.name, link.master, text)
        elif word in _TUNNELS and word == link.kind:
            yield index, _tunnel(link.name, word, text)
        elif word in link_kinds.KINDS and word == link.kind:
            yield index, link_kinds.from_text(link.name, word, text)
    counters = _counters(link.name, block.body)
    if counters is not None:
        yield block.at, counters


def brief_link(line: str) -> Link | None:
    """Read one line of ``ip -br link``; ``ip -br addr`` gives no MAC and no flags."""
    match = BRIEF.match(line)
    if match is None:
        return None
    parent, index = peer(match[2])
    words = (match[4] or "").split()
    flags = words[-1].strip("<>") if words and words[-1].startswith("<") else None
    mac = _mac(words[0]) if words else None
    up = None if flags is None else "UP" in flags.split(",")
    carrier = None if flags is None else "LOWER_UP" in flags.split(",")
    return Link(
        match[1], mac=mac, up=up, carrier=carrier, operstate=match[3], flags=flags, parent=parent, peer_index=index
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form, plain, one-line (``-o``) or brief (``-br``)."""
    del words
    for block in blocks(lines):
        if isinstance(block, Block):
            own, next_at = alone(block)
            yield from rows_of(own)
            if next_at is not None:
                yield next_at, Bad(HEADLESS)
        elif (link := brief_link(block[1])) is not None:
            yield block[0], link
        elif not NOTE.match(block[1]):
            yield block[0], Bad("this does not look like `ip link` output")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j link`` (no addresses in it)."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("ifname" in item and ("mtu" in item or "operstate" in item) for item in document)
        and not any("addr_info" in item for item in document)
        and not any("mac" in item or "cost" in item for item in document)
    )


def _json_link(item: dict[str, Json]) -> Link:
    flags = [str(flag) for flag in item.get("flags", [])]
    info = item.get("linkinfo") or {}
    told = "flags" in item
    return Link(
        str(item["ifname"]), item.get("ifindex"), info.get("info_kind"), _mac(item.get("address")), item.get("mtu"),
        "UP" in flags if told else None, "LOWER_UP" in flags if told else None, item.get("operstate"),
        ",".join(flags) or None, item.get("master"), item.get("link"), item.get("link_index"), item.get("link_netnsid"),
        item.get("ifalias"),
    )  # fmt: skip


def _json_vxlan(name: str, data: dict[str, Json]) -> Vxlan:
    remote = data.get("remote") or data.get("remote6") or data.get("group") or data.get("group6")
    return Vxlan(
        name, data.get("id"), data.get("port"), _ip(data.get("local") or data.get("local6")), data.get("link"),
        _ip(remote), bool(data.get("learning", True)), bool(data.get("external", False)),
        _df(data.get("df")),
    )  # fmt: skip


def _json_bridge(name: str, data: dict[str, Json]) -> Bridge:
    def on(key: str) -> bool | None:
        return bool(data[key]) if key in data else None

    ageing = data.get("ageing_time")
    return Bridge(
        name, data.get("bridge_id"), on("stp_state"), on("vlan_filtering"),
        ageing / 100 if isinstance(ageing, int) else None, on("nf_call_iptables"),
    )  # fmt: skip


def _json_port(name: str, master: str, data: dict[str, Json]) -> BridgePort:
    return BridgePort(
        name, master, number_any(str(data.get("no", ""))), data.get("state"), data.get("hairpin"), data.get("isolated"),
        data.get("learning"), data.get("flood"), data.get("neigh_suppress"),
    )  # fmt: skip


def _json_counters(name: str, item: dict[str, Json]) -> LinkCounters | None:
    stats = item.get("stats64") or item.get("stats")
    if not isinstance(stats, dict):
        return None
    rx, tx = stats.get("rx") or {}, stats.get("tx") or {}
    return LinkCounters(
        name, rx.get("packets"), rx.get("bytes"), rx.get("errors"), rx.get("dropped"),
        rx.get("missed", rx.get("missed_errors")), rx.get("otherhost", rx.get("nohandler_dropped")), tx.get("packets"),
        tx.get("bytes"), tx.get("errors"), tx.get("dropped"), tx.get("carrier_errors", tx.get("carrier")),
        tx.get("collisions"),
    )  # fmt: skip


def _json_tunnel(name: str, kind: str, data: dict[str, Json]) -> Tunnel:
    return Tunnel(
        name, kind, _ip(data.get("local")), _ip(data.get("remote")), data.get("id"), data.get("port"), data.get("link"),
        "inherit" if data.get("pmtudisc") is False and not kind.startswith("ip6") else _df(data.get("df")),
    )  # fmt: skip


def json_rows(item: dict[str, Json]) -> Iterator[Item]:
    """Yield all rows of one object except addresses."""
    link = _json_link(item)
    yield 0, link
    info = item.get("linkinfo") or {}
    data = info.get("info_data") or {}
    makers: dict[str, Callable[[str, dict[str, Any]], NamedTuple]] = {"vxlan": _json_vxlan, "bridge": _json_bridge}
    if link.kind in makers:
        yield 0, makers[link.kind](link.name, data)
    elif link.kind in _TUNNELS and link.kind is not None:
        yield 0, _json_tunnel(link.name, link.kind, data)
    elif link.kind in link_kinds.KINDS and link.kind is not None:
        yield 0, link_kinds.from_json(link.name, link.kind, data)
    if info.get("info_slave_kind") == "bridge" and link.master:
        yield 0, _json_port(link.name, link.master, info.get("info_slave_data") or {})
    counters = _json_counters(link.name, item)
    if counters is not None:
        yield 0, counters


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        if not isinstance(item, dict) or "ifname" not in item:
            continue
        try:
            yield from list(json_rows(item))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `ip -j link` output but {error}")


READER: Final = Reader(
    name="ip link",
    accepts=accepts,
    starts=lazy(
        r"^\d+: [^\s:]+: <[A-Z0-9_,-]*> (?:mtu|link|master|\\)"
        r"|^[^\s@:]\S*+\s++(?:UP|DOWN|UNKNOWN)\s+\S{2}(?::\S\S){5} <"
    ),
    continues=lazy(
        r"^\s+(?:link/|alias |altname |RX|TX|\d[\d.kMGT]*(?:\s+\d[\d.kMGT]*)+\s*$|(?:" + "|".join(sorted(DEVICE_KINDS))
        + r")(?:_slave)?\b|"
        r"promiscuity |vf \d|prog/|altname |minmtu |addrgenmode |permaddr )|" + NOTE.pattern[1:]
        + r"|^\S+\s+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT)(?:\s|$)"
    ),
    once=lazy(r"^1: lo: "),
    read=read,
    shape_coverage=assumed(Link),
    owns_json=owns_json,
    read_json=read_json,
    never_empty=True,
)  # fmt: skip
