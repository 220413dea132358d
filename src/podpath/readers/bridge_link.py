"""``bridge link show``: bridge ports, with ``-d`` their flags (bridge(8))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_link import HEADER, NOTE, number, pairs, peer, port_of
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.readers.options import bad
from podpath.readers.options import number as exact
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import BridgePort, Link
from podpath.state.pattern import lazy


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``bridge [-d] link [show] [dev X] [master B]``."""
    parsed = parse_ip_words(words, "bridge")
    if parsed is None or not is_noun(parsed.noun, "link"):
        return None
    found = device_filter(parsed.rest, ("master",))
    return None if found is None else coverage_of((BridgePort,), None, found[0], narrowed=found[1])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form; the flags of a port are on the lines below it."""
    del words
    held: tuple[int, str, str, str] | None = None
    for index, line in enumerate(lines):
        match = HEADER.match(line)
        if match is None:
            if held is not None and line[:1].isspace():
                held = (held[0], held[1], held[2], f"{held[3]} {line}")
            elif line.strip() and not NOTE.match(line):
                yield index, Bad("this does not look like `bridge link` output")
            continue
        if held is not None:
            yield held[0], port_of(held[1], held[2], held[3])
            held = None
        try:
            ifindex = exact(match[1])
        except ValueError as error:
            yield index, bad("bridge link", error)
            continue
        value = pairs(match[6].split())
        flags = match[4].split(",")
        _, peer_index = peer(match[3])  # a name is that of the device with the other end's index here, wherever that end is
        master = value.get("master")
        yield (
            index,
            Link(
                match[2], ifindex, None, None, number(match[5]), "UP" in flags, "LOWER_UP" in flags,
                None, match[4] or None, master, None, peer_index,
            ),
        )  # fmt: skip
        if master:
            held = (index, match[2], master, match[6])
    if held is not None:
        yield held[0], port_of(held[1], held[2], held[3])


def owns_json(document: Json) -> bool:
    """Say whether a document is ``bridge -j link``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("ifname" in item and "master" in item and "cost" in item for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        try:
            name, flags = str(item["ifname"]), [str(flag) for flag in item.get("flags", [])]
            yield (
                0,
                Link(
                    name, item.get("ifindex"), None, None, item.get("mtu"), "UP" in flags, "LOWER_UP" in flags, None,
                    ",".join(flags) or None, item.get("master"), None, item.get("link_index"),
                ),
            )  # fmt: skip
            if item.get("master"):
                yield (
                    0,
                    BridgePort(
                        name, str(item["master"]), None, item.get("state"), item.get("hairpin"), item.get("isolated"),
                        item.get("learning"), item.get("flood"), item.get("neigh_suppress"),
                    ),
                )  # fmt: skip
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `bridge -j link` output but {error}")


READER: Final = Reader(
    name="bridge link",
    accepts=accepts,
    starts=lazy(r"^\d+: [^\s:]+: <[A-Z0-9_,-]*> mtu \d+ master \S+ state \w+ priority \d+ cost "),
    continues=lazy(
        r"^\s+(?:hairpin |learning |flood |neigh_suppress |isolated |mcast_|locked |vlan_tunnel )|" + NOTE.pattern[1:]
    ),
    read=read,
    shape_coverage=(*assumed(BridgePort), covers(Link, complete=Complete.NO)),
    owns_json=owns_json,
    read_json=read_json,
)  # fmt: skip
