"""One object, one row: several commands that show the same object become one row that knows all of it.

``ifconfig`` gives a device its MAC, ``ip -d link`` its VNI; the merged row has both, and
stands at the place of the fuller one. Where two say different things, both are
kept in ``conflict``: the checks must not silently choose between them.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from podpath.readers.bridge_fdb import UNNAMED
from podpath.snapshot.routed_addresses import add_routed_addresses
from podpath.snapshot.schema import columns
from podpath.snapshot.store import Store
from podpath.snapshot.whose import place_outputs
from podpath.state.table import Form, Table, tables

_FORMS: Final = {
    Form.WHOLE: '"{0}"',
    # Runtimes print a long identifier short; LXC's is the name, of which nothing may be cut off.
    Form.SHORT: 'CASE WHEN regexp_full_match("{0}", \'[0-9a-f]{{12,}}\') THEN left("{0}", 12) ELSE nullif("{0}", \'\') END',
    # A row without an address stands with those of IPv4: it is the list's, and the fuller row says the rest.
    Form.FAMILY: 'CASE WHEN "{0}" IS NULL THEN 4 ELSE family_of("{0}") END',
    Form.METRIC: 'coalesce("{0}", CASE WHEN family = 6 THEN 1024 ELSE 0 END)',
}
_NAMES: Final = ("dev", "name", "container")
"""Columns that name an object for people, the first one that it has."""


def _key(table: Table) -> list[str]:
    """Return the SQL expressions that name an object within its namespace."""
    return [_FORMS[column.form].format(column.name) for column in table.same]


def _object(table: Table) -> str:
    name = next((name for name in _NAMES if name in table.row._fields), table.same[0].name)
    return f'"{name}"::VARCHAR'


def merge(store: Store) -> None:
    """Merge the rows of every namespace that more than one output shows."""
    place_outputs(store)
    filled = store.sizes().keys()
    if "fdb" in filled:
        _unnamed_devices(store)
    if store.raw("SELECT 1 FROM source WHERE contains(command, 'nmcli') LIMIT 1"):
        for name in ("address", "link", "route"):
            if name in filled:
                _second_hand(store, name)
    merged = [table for table in tables().values() if table.name in filled and table.same]
    several, twice = _several_outputs(store, merged), _twice(store, merged)
    for table in merged:
        inside = _contradicting_itself(store, table) if table.name in twice else set()
        if touched := sorted(several[table.name] | inside):
            _merge_table(store, table, touched)
    if "route" in filled:
        _unnamed_gateways(store)
        _route_conflicts(store)
        add_routed_addresses(store)


def _several_outputs(store: Store, merged: Iterable[Table]) -> dict[str, set[int]]:
    """Return the namespaces in which several outputs show rows of a table, by table."""
    found: dict[str, set[int]] = defaultdict(set)
    asked = " UNION ALL ".join(f"SELECT DISTINCT '{table.name}' AS name, ns, source FROM \"{table.name}\"" for table in merged)
    if asked:
        for name, ns in store.raw(f"SELECT name, ns FROM ({asked}) GROUP BY name, ns HAVING count(*) > 1"):
            found[name].add(ns)
    return found


def _twice(store: Store, merged: Iterable[Table]) -> set[str]:
    """Return the tables in which one object stands twice: only in these can an output contradict itself."""
    asked = [
        f"SELECT '{table.name}' WHERE EXISTS"
        f' (SELECT 1 FROM "{table.name}" GROUP BY ns, {", ".join(_key(table))} HAVING count(*) > 1)'
        for table in merged if table.agree
    ]  # fmt: skip
    return {name for (name,) in store.raw(" UNION ALL ".join(asked))} if asked else set()


def _second_hand(store: Store, table: str) -> None:
    """Drop what NetworkManager says of a table that the kernel's own output shows as a whole: it may be older."""
    store.connection.execute(
        f'DELETE FROM "{table}" r WHERE EXISTS (SELECT 1 FROM source s WHERE s.source = r.source'
        " AND regexp_matches(s.command, '(^|[ /])nmcli( |$)')) AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = r.ns"
        " AND c.\"table\" = ? AND c.dev IS NULL AND c.complete <> 'no')",
        [table],
    )


def _contradicting_itself(store: Store, table: Table) -> set[int]:
    """Return the namespaces in which one output says two things of one object."""
    several = " OR ".join(f'count(DISTINCT "{column}") > 1' for column in table.agree)
    rows = store.raw(f'SELECT DISTINCT ns FROM "{table.name}" GROUP BY ns, {", ".join(_key(table))} HAVING {several}')
    return {row[0] for row in rows}


def _merge_table(store: Store, table: Table, touched: list[int]) -> None:
    own = [column.name for column in columns(table.name)][3:]
    filled = " + ".join(f'(t."{name}" IS NOT NULL)::INTEGER' for name in own)
    run = store.connection.execute
    run(
        # The kernel's own tools show a row whole; net-tools and /proc show parts of it.
        f"CREATE OR REPLACE TEMP TABLE merging AS SELECT t.*, {filled} AS filled,"
        " (SELECT NOT regexp_matches(s.command, '(^|[ /])(ip|bridge|ss) ') FROM source s"
        " WHERE s.source = t.source) AS foreign_tool"
        f' FROM "{table.name}" t WHERE t.ns IN (SELECT unnest(?::BIGINT[]))',
        [touched],
    )
    group = ", ".join(("ns", *_key(table)))
    for column in table.agree:
        run(
            f"INSERT INTO conflict SELECT ns, '{table.name}', any_value({_object(table)}), '{column}',"
            f' arg_min("{column}"::VARCHAR, line + source * 1e9), arg_min(source, line + source * 1e9),'
            f" arg_min(line, line + source * 1e9),"
            f' arg_max("{column}"::VARCHAR, line + source * 1e9), arg_max(source, line + source * 1e9),'
            f" arg_max(line, line + source * 1e9)"
            f' FROM merging WHERE "{column}" IS NOT NULL GROUP BY {group} HAVING count(DISTINCT "{column}") > 1'
            f' AND arg_min("{column}", line + source * 1e9) <> arg_max("{column}", line + source * 1e9)'
        )
    order = "ORDER BY foreign_tool NULLS LAST, filled DESC, source, line"
    picked = ", ".join(
        [f"first(ns {order})", f"first(source {order})", f"first(line {order})"]
        + [f'first("{name}" {order}) FILTER ("{name}" IS NOT NULL)' for name in own]
    )
    run(f'DELETE FROM "{table.name}" WHERE ns IN (SELECT unnest(?::BIGINT[]))', [touched])
    # In the order in which they were first printed: of equal routes the first one counts, and a picture is the same each time.
    run(f'INSERT INTO "{table.name}" SELECT {picked} FROM merging GROUP BY {group} ORDER BY min(line + source * 1e9), {group}')
    run("DROP TABLE merging")


def _unnamed_devices(store: Store) -> None:
    """Forwarding entries without a device belong to the only VXLAN device of their namespace, or are unread."""
    run = store.connection.execute
    run(
        """
        UPDATE fdb SET dev = sole.name FROM (
            SELECT ns, any_value(name) AS name FROM (
                SELECT ns, name FROM vxlan UNION SELECT ns, name FROM link WHERE kind = 'vxlan'
                UNION SELECT ns, dev FROM fdb WHERE dst IS NOT NULL AND dev <> ?
            ) GROUP BY ns HAVING count(*) = 1
        ) sole WHERE sole.ns = fdb.ns AND fdb.dev = ?
        """,
        [UNNAMED, UNNAMED],
    )
    run(
        """
        INSERT INTO unread SELECT s.file, f.line, f.line,
            'a forwarding entry without its device: the command line that named it is missing', ''
        FROM fdb f JOIN source s USING (source) WHERE f.dev = ?
        """,
        [UNNAMED],
    )
    run("DELETE FROM fdb WHERE dev = ?", [UNNAMED])


def _unnamed_gateways(store: Store) -> None:
    """``route`` without ``-n`` prints a gateway's name; where another output has its address, that one stands."""
    store.connection.execute(
        "DELETE FROM route r WHERE gateway_name IS NOT NULL AND EXISTS (SELECT 1 FROM route o WHERE o.ns = r.ns"
        " AND o.dst = r.dst AND o.dst_len = r.dst_len AND o.family = r.family AND o.via IS NOT NULL AND o.dev = r.dev)"
    )


def _route_conflicts(store: Store) -> None:
    """Two outputs that send the same prefix to different places, with no next hop in common."""
    several = store.raw("SELECT ns FROM (SELECT DISTINCT ns, source FROM route) GROUP BY ns HAVING count(*) > 1")
    if not several:
        return
    store.connection.execute(
        """
        INSERT INTO conflict
        WITH hop AS (
            SELECT ns, family, "table", dst, dst_len, coalesce(tos, 0) AS tos,
                   coalesce(metric, CASE WHEN family = 6 THEN 1024 ELSE 0 END) AS metric, source,
                   list(DISTINCT coalesce(via::VARCHAR, '') || ' ' || coalesce(dev, '')) AS hops,
                   min(line) AS line
            FROM route WHERE ns IN (SELECT unnest(?::BIGINT[])) AND family = 4 AND gateway_name IS NULL GROUP BY ALL
        )
        SELECT a.ns, 'route', a.dst::VARCHAR || '/' || a.dst_len, 'via', a.hops[1], a.source, a.line,
               b.hops[1], b.source, b.line
        FROM hop a JOIN hop b USING (ns, family, "table", dst, dst_len, tos, metric)
        WHERE a.source < b.source AND NOT list_has_any(a.hops, b.hops)
        """,
        [[row[0] for row in several]],
    )
