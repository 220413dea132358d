"""``ipset save`` and ``ipset list``: sets of addresses that rules look up (ipset(8)), counted."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.evidence import LEFT_OUT, Complete, Coverage, covers
from podpath.state.host import Ruleset
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("s/sorted r/resolve q/quiet")
_VALUED: Final = spellings("o/output")
_CREATE: Final = lazy(r"create \S+ (?:hash|bitmap|list):\S+")
_ADD: Final = lazy(r"add \S+ \S")
_NAME: Final = lazy(r"Name: \S+\s*$")
_FIELD: Final = lazy(r"(?:Type|Revision|Header|Size in memory|References|Number of entries): ?.*$")
_MEMBERS: Final = lazy(r"Members:\s*$")
_MISSING: Final = lazy(r"ipset v[0-9.]+: The set with the given name does not exist\s*$")
_SET: Final = lazy(r"[\w:.@-]{1,31}$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ipset save [SET]`` and ``ipset list [SET]``."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["ipset"] else None
    if found is None or found.rest[:1] not in (["save"], ["list"], ["-L"]) or len(found.rest) > 2:  # noqa: PLR2004
        return None
    if found.values.get("o", "plain") not in ("plain", "save") or not all(map(_SET.match, found.rest[1:])):
        return None
    complete = Complete.NO if len(found.rest) > 1 else Complete.YES
    return (covers(Ruleset, part="ipset", complete=complete),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Count sets and members."""
    del words
    sets = members = 0
    listing = False
    for index, line in enumerate(lines):
        if LEFT_OUT.match(line):
            continue
        if not line.strip():
            listing = False
        elif _NAME.match(line) or _CREATE.match(line):
            sets, listing = sets + 1, False
        elif _MEMBERS.match(line):
            listing = True
        elif listing or _ADD.match(line):
            members += 1
        elif not _FIELD.match(line) and not _MISSING.match(line):
            yield index, bad("ipset", f'"{line.split(maxsplit=1)[0]}" begins neither a set nor a member')
    if any(line.strip() for line in lines):
        yield 0, Ruleset("ipset", sets, members, members > 0)


READER: Final = Reader(
    name="ipset",
    accepts=accepts,
    starts=lazy(r"create \S+ (?:hash|bitmap|list):\S+ |Name: \S+\s*$"),
    continues=lazy(f"{_ADD.pattern}|{_FIELD.pattern}|{_MEMBERS.pattern}|{_MISSING.pattern}"),
    confirms=lazy(f"{_ADD.pattern}|{_CREATE.pattern}|{_FIELD.pattern}|{_MEMBERS.pattern}"),
    read=read,
    shape_coverage=(covers(Ruleset, complete=Complete.NO),),
    whole=True,
)
