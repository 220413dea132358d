"""``ip address show``: devices with their addresses (ip-address(8)), plain, ``-o``, ``-br`` and JSON."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_link import BRIEF, HEADLESS, NOTE, Block, alone, blocks, brief_link, json_rows, rows_of, tables
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.readers.options import number
from podpath.state.address import parse_ip, parse_prefix
from podpath.state.column import DEVICE_KINDS
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Address, Link
from podpath.state.pattern import lazy

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
    "temporary",
)
_ONE_LINE: Final = lazy(r"^(\d+): ([^\s:][^\s:@]*)(?:@\S+)?\s+(inet6?\s.*)$")
_LABELLED: Final = lazy(r"^\s+(?P<text>inet \S.*\bscope \w+ (?:[\w-]+ )*(?P<dev>[^\s:]+)(?::\S+)?)\s*$")
_FLAGS: Final = frozenset(
    [
        "secondary",
        "temporary",
        "tentative",
        "dadfailed",
        "deprecated",
        "dynamic",
        "home",
        "nodad",
        "noprefixroute",
        "mngtmpaddr",
        "autojoin",
        "stable-privacy",
        "optimistic",
        "mcautojoin",
    ]
)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip [-d] [-s] address [show] [dev X] …``."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "address"):
        return None
    found = device_filter(parsed.rest, _NARROWING, _LONE)
    if found is None:
        return None
    dev, narrowed = found
    shown = coverage_of((Address,), parsed.family, dev, narrowed=narrowed)
    # With a family, `ip` leaves out devices without an address of it; -o and -br leave out most of a link.
    partial = narrowed or parsed.family is not None or bool({"-o", "-br", "-brief", "-oneline"} & set(words))
    return (*shown, *coverage_of((Link, *tables(parsed)), None, dev, narrowed=partial))


def _address(dev: str, text: str) -> Address:
    """Read ``inet 10.0.0.1/24 brd … scope global secondary eth0``; ValueError says what is wrong."""
    words = text.split()
    family, ip, length = parse_prefix(words[1])
    peer = None
    scope = None
    flags: list[str] = []
    at = 2
    while at < len(words):
        word = words[at]
        if word in ("peer", "brd", "any", "scope", "metric", "proto") and at + 1 < len(words):
            value = words[at + 1]
            if word == "peer":
                _, peer, length = parse_prefix(value)
            elif word == "scope":
                scope = value
            at += 1
        elif word in _FLAGS:
            flags.append(word)
        at += 1
    last = words[-1]
    label = last if ":" in last and last.startswith(f"{dev}:") else None
    return Address(dev, family, ip, length, scope, ",".join(flags) or None, label, peer)


def _own(block: Block) -> tuple[Block, int | None]:
    """Return a device with its own lines, and where those of the next one begin, whose first line was not pasted.

    An address of IPv4 ends with a label, which begins with the name of the device, also after the device was renamed
    (inetdev_changename).
    """
    for at, (index, text) in enumerate(block.body):
        match = _LABELLED.match(f" {text}") if text.startswith("inet ") else None
        if match is not None and match["dev"] not in _FLAGS and match["dev"] != block.head[2]:
            return alone(block._replace(body=block.body[:at]))[0], index
    return alone(block)


def _of_block(block: Block) -> Iterator[Item]:
    block, next_at = _own(block)
    if next_at is not None:
        yield next_at, Bad(HEADLESS)
    yield from rows_of(block)
    name, before = block.head[2], ""
    for index, text in block.body:
        if text.startswith("valid_lft ") and not before.startswith(("inet ", "inet6 ")):
            yield index, Bad("the line of the address that this belongs to is missing")
        before = text
        if text.startswith(("inet ", "inet6 ")):
            try:
                yield index, _address(name, text)
            except (ValueError, IndexError) as error:
                yield index, Bad(f"this looks like `ip address` output but {error}")


def _brief(index: int, line: str) -> Iterator[Item]:
    link = brief_link(line)
    match = BRIEF.match(line)
    if link is None or match is None:
        yield index, Bad("this does not look like `ip address` output")
        return
    yield index, link
    words = [word for word in (match[4] or "").split() if not word.startswith("<") and word.count(":") != 5]  # noqa: PLR2004
    peers = iter(words)
    for word in peers:
        try:
            if word == "peer":
                next(peers, None)
            elif word != "metric" and not word.isdigit():
                family, ip, length = parse_prefix(word)
                yield index, Address(link.name, family, ip, length)
        except ValueError as error:
            yield index, Bad(f"this looks like `ip -br address` output but {error}")


def _other(index: int, line: str) -> Iterator[Item]:
    match = _ONE_LINE.match(line.partition("\\")[0])
    if match is not None:
        try:
            yield index, Link(match[2], number(match[1]))
            yield index, _address(match[2], match[3])
        except (ValueError, IndexError) as error:
            yield index, Bad(f"this looks like `ip -o address` output but {error}")
    elif (match := _LABELLED.match(line)) is not None:  # `ip address | grep inet`: the label is the device's name
        try:
            yield index, _address(match["dev"], match["text"])
        except (ValueError, IndexError) as error:
            yield index, Bad(f"this looks like `ip address` output but {error}")
    elif not NOTE.match(line):
        yield from _brief(index, line)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form, plain, one-line (``-o``) or brief (``-br``)."""
    del words
    for block in blocks(lines):
        yield from _of_block(block) if isinstance(block, Block) else _other(*block)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j address``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("ifname" in item and "addr_info" in item for item in document)
    )


def _json_address(dev: str, item: dict[str, Json]) -> Address:
    _, ip, _ = parse_prefix(str(item["local"]))
    family = 6 if item.get("family") == "inet6" else 4
    flags = ",".join(flag for flag in sorted(_FLAGS) if item.get(flag) is True)
    peer = parse_ip(str(item["address"])) if "address" in item else None
    label = item.get("label")
    return Address(
        dev, family, ip, int(item["prefixlen"]), item.get("scope"), flags or None, label if label != dev else None, peer
    )  # fmt: skip


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        if not isinstance(item, dict) or "ifname" not in item:
            continue
        try:
            yield from list(json_rows(item))
            for address in item.get("addr_info", []):
                if address and "local" in address:
                    yield 0, _json_address(str(item["ifname"]), address)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `ip -j address` output but {error}")


READER: Final = Reader(
    name="ip address",
    accepts=accepts,
    starts=lazy(
        r"^\d+: [^\s:]+: <[A-Z0-9_,-]*> (?:mtu|link|\\)|^\d+: \S+\s+inet6? \S+/\d+ |^\d+: \S+\s+inet \S+ peer "
        r"|^[^\s@:]\S*+\s++(?:UP|DOWN|UNKNOWN)\s+[\da-fA-F.:]+/\d+(?:\s|$)"
    ),
    continues=lazy(
        r"^\s+(?:inet6? |valid_lft |link/|alias |altname |RX|TX|\d[\d.kMGT]*(?:\s+\d[\d.kMGT]*)+\s*$|promiscuity |"
        # Older iproute2 prints a kind alone, or two blanks behind it.
        r"[a-z0-9]+(?:_slave)? {1,2}\S+ .*|(?:" + "|".join(sorted(DEVICE_KINDS)) + r")\s*$|bridge|minmtu |permaddr )|"
        + NOTE.pattern[1:]
        + r"|^\S+\s+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT)(?:\s|$)"
    ),
    once=lazy(r"^1: lo: "),
    read=read,
    shape_coverage=(
        covers(Link, complete=Complete.ASSUMED),
        covers(Address, complete=Complete.ASSUMED),
    ),
    owns_json=owns_json,
    read_json=read_json,
    never_empty=True,
)  # fmt: skip
