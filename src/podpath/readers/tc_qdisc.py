"""``tc qdisc show``: queueing disciplines, and the hooks that classifiers are attached to (tc(8))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.state.evidence import Coverage
from podpath.state.link import Qdisc
from podpath.state.pattern import lazy

_LINE: Final = lazy(r"qdisc (\S+) ([0-9a-f]+:[0-9a-f]*) (?:dev (\S+) )?(root|parent (\S+))?")
_DETAIL: Final = lazy(r"\s|\[")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``tc qdisc [show] [dev X]``."""
    parsed = parse_ip_words(words, "tc")
    if parsed is None or not is_noun(parsed.noun, "qdisc"):
        return None
    found = device_filter(parsed.rest, ())
    return None if found is None else coverage_of((Qdisc,), None, found[0], narrowed=found[1])


def _dev(words: Sequence[str]) -> str:
    parsed = parse_ip_words(words, "tc") if words else None
    found = device_filter(parsed.rest, ()) if parsed is not None else None
    return (found[0] if found is not None else None) or ""


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form; what ``-s`` adds is indented."""
    dev = _dev(words)
    for index, line in enumerate(lines):
        match = _LINE.match(line)
        if match is not None:
            yield index, Qdisc(match[3] or dev, match[1], match[2], match[5] or match[4])
        elif line.strip() and not _DETAIL.match(line):
            yield index, Bad("this does not look like `tc qdisc` output")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``tc -j qdisc``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "kind" in item and "handle" in item for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    dev = _dev(words)
    for item in document if isinstance(document, list) else []:
        try:
            parent = "root" if item.get("root") else item.get("parent")
            yield 0, Qdisc(str(item.get("dev", dev)), str(item["kind"]), item.get("handle"), parent)
        except (TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `tc -j qdisc` output but {error}")


READER: Final = Reader(
    name="tc qdisc",
    accepts=accepts,
    starts=lazy(r"qdisc \S+ [0-9a-f]+:[0-9a-f]* (?:dev \S+ )?(?:root|parent \S+)"),
    continues=lazy(r" (?:Sent|backlog|rate|marked|direct_packets|maxpacket|new_flows|flows)\b|\s*\[.*\]"),
    read=read,
    shape_coverage=assumed(Qdisc),
    owns_json=owns_json,
    read_json=read_json,
)
