"""``ip xfrm policy``: the IPsec policies of a namespace (ip-xfrm(8)).

A policy is a line of its selector, a line of its direction, and a line for each transformation; those of single sockets
are left out.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.ip_words import parse_ip_words
from podpath.readers.options import bad
from podpath.state.address import parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import XfrmPolicy

_SELECTOR: Final = lazy(r"src (\S+) dst (\S+)(?: .*?\bdev (\S+))?")
_DIRECTION: Final = lazy(r"\s+(?:dir (in|out|fwd)|socket (?:in|out|fwd))(?: action (allow|block))?.*?(?: priority (\d+))?(?: |$)")
_MARK: Final = lazy(r"\s+mark (0x[0-9a-f]+|\d+)/(0x[0-9a-f]+|\d+)")
_TEMPLATE: Final = lazy(r"\s+tmpl ")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip xfrm policy [list|show]``; a selector narrows it."""
    parsed = parse_ip_words(words)
    if parsed is None or not "xfrm".startswith(parsed.noun) or len(parsed.noun) < 1 or not parsed.rest:
        return None
    if not "policy".startswith(parsed.rest[0]):
        return None
    rest = parsed.rest[2:] if parsed.rest[1:2] in (["list"], ["show"], ["ls"], ["l"]) else parsed.rest[1:]
    return (covers(XfrmPolicy, parsed.family, complete=Complete.NO if rest else Complete.YES),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the policies; each stands at the line of its selector."""
    del words
    block: list[str] = []
    first = 0
    for index, line in enumerate((*lines, "src")):
        if line.startswith("src") and block:
            yield from _policy(first, block)
        if line.startswith("src"):
            block, first = [line], index
        elif block:
            block.append(line)


def _policy(first: int, block: Sequence[str]) -> Iterator[Item]:
    selector = _SELECTOR.match(block[0])
    direction = next((match for line in block[1:] if (match := _DIRECTION.match(line)) is not None), None)
    if selector is None or direction is None:
        yield first, bad("ip xfrm policy", "the direction of a policy is missing")
        return
    if direction[1] is None:
        return  # of a single socket
    mark = next((match for line in block[1:] if (match := _MARK.match(line)) is not None), None)
    try:
        (family, src, src_len), (_, dst, dst_len) = parse_prefix(selector[1]), parse_prefix(selector[2])
    except ValueError as error:
        yield first, bad("ip xfrm policy", error)
        return
    yield first, XfrmPolicy(
        family, src, src_len, dst, dst_len, direction[1], direction[2] or "allow", int(direction[3] or 0),
        sum(1 for line in block if _TEMPLATE.match(line)), selector[3],
        int(mark[1], 0) if mark else None, int(mark[2], 0) if mark else None,
    )  # fmt: skip


READER: Final = Reader(
    name="ip xfrm policy",
    accepts=accepts,
    starts=lazy(r"src [0-9a-fA-F.:]+/\d+ dst [0-9a-fA-F.:]+/\d+ "),
    continues=lazy(
        r"\s+(?:dir|socket) (?:in|out|fwd) |\s+tmpl src |\s+proto (?:esp|ah|comp|route2|hao) |\s+mark 0x|"
        r"\s+(?:level|lifetime|limit:|expire|add|\S+ mode)(?=\s|$)|\s+lifetime (?:config|current):|\s+\d+\(bytes\), "
    ),
    read=read,
)
