"""``tc filter show dev X …``: classifiers that may drop, redirect or change packets (tc(8)).

Only their presence is read, not what they do.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Program
from podpath.state.pattern import lazy

_FILTER: Final = lazy(r"filter (?:parent \S+ )?(?:block \d+ )?protocol \S+ pref \d+ (?P<kind>\w+)")
_ACTION: Final = lazy(r"\s+action order \d+: (?P<action>\w+)")
_WHERE: Final = frozenset(("ingress", "egress", "root"))


def _place(words: Sequence[str]) -> tuple[str, str] | None:
    """Return the device and the hook of a command line."""
    rest = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["tc"] or len(rest) < 4 or not "filter".startswith(rest[0]) or rest[1] not in ("show", "ls", "list", "s"):  # noqa: PLR2004
        return None
    if "dev" not in rest[:-1]:
        return None
    hook = next((word for word in rest if word in _WHERE), "egress")
    if "parent" in rest[:-1] and rest[rest.index("parent") + 1] in ("ffff:", "ffff:fff2"):
        hook = "ingress"
    return rest[rest.index("dev") + 1], f"tc {'egress' if hook == 'root' else hook}"


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``tc filter show dev X [ingress|egress|parent …]``; one hook of one device covers no table."""
    place = _place(words)
    return (covers(Program, dev=place[0], part=place[1], complete=Complete.NO),) if place is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read one row for each kind of classifier, with the first action that it names."""
    place = _place(words)
    if place is None:
        return
    found: dict[str, tuple[int, Program]] = {}
    kind = ""
    for index, line in enumerate(lines):
        if (match := _FILTER.match(line)) is not None:
            kind = match["kind"]
            found.setdefault(kind, (index, Program(place[0], place[1], kind)))
        elif (action := _ACTION.match(line)) is not None and kind and found[kind][1].action is None:
            found[kind] = (found[kind][0], found[kind][1]._replace(action=action["action"]))
    yield from found.values()


READER: Final = Reader(
    name="tc filter",
    accepts=accepts,
    starts=None,
    continues=lazy(r"filter |\s+\S"),
    read=read,
)
