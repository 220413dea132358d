"""Two outputs that say different things of one object: a path that rests on it is not known, and both are shown."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.address import V4_BASE, Ip, Mac, ip_text, mac_text, prefix_text
from podpath.state.render import command_of
from podpath.state.route import Route
from podpath.walk.cluster import Cluster
from podpath.walk.events import Gap, Step, gap_of
from podpath.walk.namespace import Entry

# What names an object in each table, as podpath.snapshot.merge has it.
_LEAST_ADDRESS: Final = V4_BASE - 1
_NAMES: Final = ("name", "dev", "priority")


class _Conflict(NamedTuple):
    tab: str
    object: str
    field: str
    one: str
    other: str
    one_place: str
    other_place: str


class Contradictions:
    """The contradictions of a snapshot.

    Args:
        store: the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self._found: dict[int, list[_Conflict]] = {}
        for ns, *rest in store.raw(
            "SELECT c.ns, c.tab, c.object, c.field, coalesce(c.one, 'nothing'), coalesce(c.other, 'nothing'),"
            " coalesce(a.file || ':' || c.one_line, ''), coalesce(b.file || ':' || c.other_line, '') FROM conflict c"
            " LEFT JOIN source a ON a.source = c.one_source LEFT JOIN source b ON b.source = c.other_source"
        ):
            self._found.setdefault(ns, []).append(_Conflict(*rest))

    def gaps(self, cluster: Cluster, steps: Iterable[Step]) -> Iterator[Gap]:
        """Yield what is left open by contradictions about the rows that a path rests on."""
        for step in steps if self._found else ():
            for held in step.rows:
                if isinstance(held, Entry):
                    yield from self._of(cluster, step.ns, held)

    def _of(self, cluster: Cluster, ns: int, held: Entry[Any]) -> Iterator[Gap]:
        names = {str(value) for name in _NAMES if (value := getattr(held.row, name, None)) is not None}
        if isinstance(held.row, Route):
            names.add(f"{int(held.row.dst)}/{held.row.dst_len}")
        for one in self._found.get(ns, ()):
            if one.tab == held.table and one.object in names:
                first, second = (_words(one.field, value) for value in (one.one, one.other))
                said = tr(
                    "whether the {field} of {held} is {first} ({one_place}) or {second} ({other_place})",
                    field=one.field,
                    held=_named(held),
                    first=first,
                    one_place=one.one_place,
                    second=second,
                    other_place=one.other_place,
                )
                yield gap_of(ns, cluster, said, command_of(held.row), diverts=True)


def _named(held: Entry[Any]) -> str:
    row = held.row
    if isinstance(row, Route):
        return f"route {prefix_text(row.family, row.dst, row.dst_len)}"
    return str(getattr(row, "name", None) or getattr(row, "dev", None) or held.table)


def _words(field: str, value: str) -> str:
    """Return a value as people write it: the table of contradictions holds numbers for addresses."""
    if field == "mac" and value.isdecimal():
        return mac_text(Mac(int(value)))
    first, _, rest = value.partition(" ")
    return f"{ip_text(Ip(int(first)))} {rest}".strip() if first.isdecimal() and int(first) > _LEAST_ADDRESS else value
