"""What is known of a sender's entries without its rows: their number, and an order-free sum of their hashes (decision 0002).

A sender whose sums are those of the entries that it should have is right, and its rows need not be there: they are fetched for
the others alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

from podpath.checks.overlay.mesh.overlay import Vtep
from podpath.snapshot.address_text import know_texts, text_of
from podpath.snapshot.store import Store

_HALF: Final = 1 << 64


class EntrySum(NamedTuple):
    """The sum of some entries: their number, and the two halves of the sum of their hashes, modulo 2^64."""

    entries: int
    low: int
    high: int

    def less(self, other: "EntrySum") -> "EntrySum":
        """Return the sum without those entries."""
        return EntrySum(self.entries - other.entries, (self.low - other.low) % _HALF, (self.high - other.high) % _HALF)

    def plus(self, other: "EntrySum") -> "EntrySum":
        """Return the sum with those entries."""
        return EntrySum(self.entries + other.entries, (self.low + other.low) % _HALF, (self.high + other.high) % _HALF)


NOTHING: Final = EntrySum(0, 0, 0)

KEYS: Final = {
    "route": (("dst", "UHUGEINT"), ("dst_len", "BIGINT"), ("via", "UHUGEINT")),
    "neighbour": (("address", "UHUGEINT"), ("mac", "UBIGINT")),
    "fdb": (("mac", "UBIGINT"), ("dst", "UHUGEINT")),
}
"""For each table the columns that say whether an entry is right, with their SQL types."""

COUNTED: Final = {
    "route": "via IS NOT NULL AND type = 'unicast' AND \"table\" = 'main'",
    "neighbour": "mac IS NOT NULL AND coalesce(state, '') NOT IN ('FAILED', 'INCOMPLETE')",
    "fdb": "dst IS NOT NULL AND vni IS NULL AND port IS NULL",
}
"""Which entries of a table count, by columns that a snapshot and a lake call alike."""


def md5_sum(table: str) -> str:
    """Return the SQL of a sum that any program can make again: MD5 of the columns as text, with a blank between them."""
    key = f"concat_ws(' ', {_listed(table)})"
    halves = (f"coalesce(sum(md5_number_{half}({key})), 0) % {_HALF}" for half in ("lower", "upper"))
    return f"count(*), {', '.join(halves)}"


def quick_sum(table: str) -> str:
    """Return the SQL of a sum that only this DuckDB makes again, ten times as fast."""
    return f"count(*), coalesce(sum(hash({_listed(table)})), 0) % {_HALF}, 0"


def _listed(table: str) -> str:
    return ", ".join(f'"{name}"' for name, _ in KEYS[table])


class KnownSums:
    """The sums of senders whose rows are not in the store, and how their rows come into it.

    Args:
        sums: for each namespace, device and table.
        method: :func:`md5_sum` or :func:`quick_sum`, whichever made them.
        fetch: adds the rows of namespaces to the store.
    """

    def __init__(
        self,
        sums: Mapping[tuple[int, str, str], EntrySum],
        method: Callable[[str], str],
        fetch: Callable[[Collection[int]], None],
    ) -> None:
        self._sums = sums
        self._method = method
        self._fetch = fetch
        self.fetched: set[int] = set()

    def need(self, senders: Collection[Vtep]) -> None:
        """Bring the rows of senders into the store, once."""
        missing = {vtep.ns for vtep in senders if vtep.ns > 0} - self.fetched
        if missing:
            self._fetch(missing)
            self.fetched |= missing

    def doubtful(self, store: Store, table: str, senders: Sequence[Vtep]) -> list[Vtep]:
        """Return the senders whose entries are not exactly those of ``truth``."""
        own = _true_sums(store, table, self._method(table))
        total = NOTHING
        for each in own.values():
            total = total.plus(each)
        wanted = {ns: total.less(each) for ns, each in own.items()}
        return [
            vtep for vtep in senders if self._sums.get((vtep.ns, vtep.dev, table), NOTHING) != wanted.get(vtep.ns, total)
        ]  # fmt: skip


def _true_sums(store: Store, table: str, summed: str) -> dict[int, EntrySum]:
    """Return for each namespace the sum of the entries that its peers should have for it.

    Of a node with several underlay addresses one is enough for an entry: the first one stands for it here.
    """
    know_texts(store.connection, (f'SELECT "{name}" FROM truth' for name, kind in KEYS[table] if kind == "UHUGEINT"))
    keys = ", ".join(text_of(kind, f't."{name}"') + f' AS "{name}"' for name, kind in KEYS[table])
    picked = "SELECT * FROM truth QUALIFY row_number() OVER (PARTITION BY b, item ORDER BY best DESC, 1) = 1"
    rows = store.raw(f"SELECT ns, {summed} FROM (SELECT t.ns, {keys} FROM ({picked}) t) GROUP BY ns")
    return {ns: EntrySum(*map(int, sums)) for ns, *sums in rows}
