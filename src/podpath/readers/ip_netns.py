"""``ip netns list`` and ``list-id``: named namespaces and their identifiers (ip-netns(8))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.readers.options import bad, number
from podpath.state.evidence import Coverage, covers
from podpath.state.host import NetnsName
from podpath.state.pattern import lazy

_LIST: Final = lazy(r"^(?!nsid )(?P<name>[^\s:]+)(?: \(id: (?P<id>\d+)\))?\s*$")
_LIST_ID: Final = lazy(r"^nsid (?P<id>\d+)\s*+(?:current-nsid \d+\s*+)?(?:\(?iproute2 netns name: (?P<name>[^\s)]+)\)?)?\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip netns [list | list-id]``."""
    parsed = parse_ip_words(words)
    if (
        parsed is None
        or not is_noun(parsed.noun, "netns")
        or len(parsed.noun) <= len("net")
        or parsed.rest not in ([], ["list-id"])
    ):
        return None
    return (covers(NetnsName),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form of either command."""
    del words
    for index, line in enumerate(lines):
        match = _LIST_ID.match(line) or _LIST.match(line)
        if match is not None:
            try:
                yield index, NetnsName(match["name"] or "", number(match["id"]) if match["id"] else None)
            except ValueError as error:
                yield index, bad("ip netns", error)
        elif line.strip():
            yield index, Bad("this does not look like `ip netns` output")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j netns``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and set(item) <= {"name", "id", "nsid", "current-nsid"} for item in document)
        and any("name" in item or "nsid" in item for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        if isinstance(item, dict) and item:
            yield 0, NetnsName(str(item.get("name", "")), item.get("id", item.get("nsid")))


READER: Final = Reader(
    name="ip netns",
    accepts=accepts,
    starts=lazy(r"^nsid \d+ |^[^\s:]+ \(id: \d+\)\s*$"),
    continues=lazy(r"^(?:[\w.-]+)\s*$"),
    read=read,
    shape_coverage=(),
    owns_json=owns_json,
    read_json=read_json,
)
