"""Which namespace an output is of, if the text does not say so with certainty: the tables themselves decide.

Asked before outputs are merged, in this order. Two machines under one name: nothing there is proven. A later whole output
of one command replaces the earlier one. What the kernel's own numbers show to be the inside of a cable belongs to
the container. A table that cannot be its node's (it holds the node's own addresses as a neighbour's, or addresses and
devices that another node owns) moves to the single node that it fits, or is set aside. Only outputs whose place is not
sure are touched.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final, NamedTuple

from podpath.snapshot.machines import Shown, parted
from podpath.snapshot.schema import ROWS
from podpath.snapshot.store import Store
from podpath.state.evidence import Degree
from podpath.state.table import tables

_TWO: Final = 2
_MOST_NODES: Final = 64
"""Maximum number of nodes that a person pastes by hand; the files of a fleet have names, and their tables are large."""


class _Output(NamedTuple):
    """An output whose place is in question."""

    source: int
    ns: int
    file: str
    first: int
    command: str
    place: Degree
    kind: str
    node: str


def place_outputs(store: Store) -> None:
    """Decide the place of outputs whose place is uncertain, and which of two outputs of one command counts."""
    store.flush()
    outputs = {
        row[0]: _Output(row[0], row[1], row[2], row[3], row[4], Degree(row[5]), row[6], row[7])
        for row in store.raw(
            "SELECT s.source, s.ns, s.file, s.first, s.command, s.place, n.kind, d.name FROM source s JOIN netns n USING (ns)"
            " JOIN node d USING (node) WHERE s.place IS NOT NULL ORDER BY s.source"
        )
    }
    if not outputs:
        return
    _part(store, outputs)
    mixed = _mixed(store, outputs)
    _replace(store, outputs, mixed)
    if all(output.place is Degree.SURE for output in outputs.values()):
        return
    _insides(store, outputs, mixed)
    if len({output.node for output in outputs.values()}) > _MOST_NODES:
        return
    _by_signs(store, outputs, mixed)
    _by_contradiction(store, outputs, mixed)


# -- two machines under one name -------------------------------------------------------------------------

_TWO_MACHINES: Final = r"""
    WITH card AS (
        -- A network card keeps its MAC and its addresses; a bridge, a tunnel, a container's cable may be recreated.
        SELECT l.ns, l.name AS thing, l.source,
               l.mac || ' ' || coalesce(list_sort(list(DISTINCT a.address))::VARCHAR, '') AS value,
               a.address IS NOT NULL AS known
        FROM link l LEFT JOIN address a ON a.ns = l.ns AND a.source = l.source AND a.dev = l.name AND a.family = 4
        WHERE regexp_matches(l.name, '^(eth|en[ops])\w+$') AND l.mac IS NOT NULL AND l.mac <> 0 AND l.peer_index IS NULL
        GROUP BY l.ns, l.name, l.source, l.mac, a.address IS NOT NULL
    ), told AS (
        SELECT c.ns, c.thing, c.source, c.value FROM card c WHERE c.known
        UNION ALL SELECT ns, 'local of ' || name, source, "local"::VARCHAR FROM vxlan WHERE "local" IS NOT NULL
        UNION ALL SELECT ns, name, source, value FROM fact WHERE name IN ('hostname', 'machine-id')
        UNION ALL SELECT ns, 'source on ' || dev, source, any_value(prefsrc)::VARCHAR FROM route
            WHERE proto = 'kernel' AND prefsrc IS NOT NULL AND family = 4 AND "table" = 'main' AND type = 'unicast'
              AND regexp_matches(dev, '^(eth|en[ops])\w+$') GROUP BY ns, dev, source HAVING count(DISTINCT prefsrc) = 1
    )
    SELECT ns, max(other) FROM (
        SELECT a.ns, b.source AS other, a.thing FROM told a
        JOIN told b ON a.ns = b.ns AND a.thing = b.thing AND a.source < b.source WHERE a.value <> b.value
    ) GROUP BY ns
"""


def _part(store: Store, outputs: dict[int, _Output]) -> None:
    """Give each machine of a text its own name, where a line that podpath could not read stands between them."""
    for ns, _ in store.raw(_TWO_MACHINES):
        mine = sorted((output for output in outputs.values() if output.ns == ns), key=lambda output: output.first)
        if mine[0].kind != "host" or any(o.place is Degree.SURE or o.file != mine[0].file for o in mine):
            continue
        name, moves = parted(store, ns, mine[0].file, [Shown(output.source, output.first) for output in mine])
        ((node,),) = store.raw("SELECT node FROM netns WHERE ns = ?", [ns])
        for move in moves:
            other = ns
            if move.name:
                other = store.netns(node, "container", move.name) if move.inside else store.netns(store.node(move.name))
                store.flush()
            _change(store, outputs, outputs[move.source], other, move.place)
        if moves and name and mine[0].node == PurePath(mine[0].file).stem:
            store.connection.execute("UPDATE node SET name = ? WHERE node = ?", [name, node])


def _mixed(store: Store, outputs: dict[int, _Output]) -> set[int]:
    """Find the namespaces whose name two machines share: each output is of one of the two, and it is unknown of which."""
    found: set[int] = set()
    for ns, other in store.raw(_TWO_MACHINES):
        mine = [output for output in outputs.values() if output.ns == ns]
        # Two files of one node, or a sure place, are two times of one machine: contradictions are reported as such.
        if (
            outputs[other].kind != "host"
            or any(output.place is Degree.SURE for output in mine)
            or len({o.file for o in mine}) > 1
        ):
            continue
        found.add(ns)
        for output in mine:
            _change(store, outputs, output, output.ns, Degree.ASSUMED)
        _note(store, outputs[other], "mixed")
    return found


# -- before and after ------------------------------------------------------------------------------------


def _replace(store: Store, outputs: dict[int, _Output], mixed: set[int]) -> None:
    """Remove an output that a later complete output of the same command at the same place replaces."""
    shown: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    partial: set[int] = set()
    candidates = [o for o in outputs.values() if o.ns not in mixed and o.first > 0]
    several: dict[tuple[int, str, str], int] = defaultdict(int)
    for output in candidates:
        several[output.ns, output.file, _program(output.command)] += 1
    wanted = [o.source for o in candidates if several[o.ns, o.file, _program(o.command)] >= _TWO]
    if not wanted:
        return
    for source, *part, complete in store.raw(
        'SELECT source, "table", family, dev, part, complete FROM coverage WHERE source IN (SELECT unnest(?::BIGINT[]))', [wanted]
    ):
        shown[source].append(tuple(part))
        if complete != "yes":
            partial.add(source)
    once = {table.name for table in tables().values() if table.once}
    last: dict[tuple[object, ...], _Output] = {}
    for source in sorted(wanted, reverse=True):
        output = outputs[source]
        if source in partial or not shown[source] or not all(part[0] in once for part in shown[source]):
            continue
        key = (output.ns, output.file, _program(output.command), tuple(sorted(map(repr, shown[source]))))
        later = last.get(key)
        narrow = all(dev is not None or table == _SETTINGS for table, _, dev, _ in shown[source])
        if later is None or not _same_table(store, output.source, later.source, narrow=narrow):
            last.setdefault(key, output)
            continue
        _note(store, output, "replaced", later.first)
        _take_out(store, output)
        del outputs[source]


_SETTINGS: Final = "sysctl"


def _same_table(store: Store, earlier: int, later: int, *, narrow: bool) -> bool:
    """Say whether two outputs show one table at two times: the other has most lines of the shorter one, too.

    People cut what they paste: of one command they may show one device here and another one there. Where the command line
    asks for one device or for settings, equal first words are enough: they name the entries.
    """
    texts = dict(store.raw("SELECT source, text FROM source WHERE source IN (?, ?) AND text IS NOT NULL", [earlier, later]))
    one, other = (
        {line.strip() for line in texts.get(source, "").split("\n") if not _SAME_EVERYWHERE.search(line)}
        for source in (earlier, later)
    )
    if narrow and one and {line.split()[0] for line in one} == {line.split()[0] for line in other}:
        return True
    return bool(one and other) and len(one & other) * _TWO >= min(len(one), len(other))


_SAME_EVERYWHERE: Final = re.compile(r"^\s*$|\blo\b|127\.0\.0\.|00:00:00:00:00:00|valid_lft")
"""Lines that every machine prints."""


def _program(command: str) -> str:
    """Return the words of a command that say what it prints, without its options."""
    words = (word for word in command.removeprefix("sudo ").split() if not word.startswith("-") or word in ("-6", "-4"))
    return " ".join(word.partition("=")[0] for word in words)  # `sysctl -w NAME=VALUE` prints NAME, too


# -- the inside of a cable --------------------------------------------------------------------------------


def _insides(store: Store, outputs: dict[int, _Output], mixed: set[int]) -> None:
    """Move what shows the other end of a host's cable to a container of its own."""
    rows = store.raw(
        """
        SELECT DISTINCT i.source, o.name FROM link i JOIN link o ON o.ns = i.ns AND o.source <> i.source
        AND i.peer_index = o.ifindex AND o.peer_index = i.ifindex AND o.name <> i.name
        JOIN netns n ON n.ns = i.ns AND n.kind = 'host'
        -- An output that also shows the host's end is the host's: a node that is itself a container has such a pair by chance.
        WHERE regexp_matches(i.name, '^(eth|net)\\d+$') AND NOT EXISTS (
            SELECT 1 FROM link c WHERE c.source = i.source AND (c.master IS NOT NULL OR c.name = o.name))
        """
    )
    for source, outside in rows:
        output = outputs.get(source)
        if output is None or output.place is Degree.SURE or output.ns in mixed:
            continue
        (node,) = store.raw("SELECT node FROM netns WHERE ns = ?", [output.ns])[0]
        inside = store.netns(node, "container", f"behind {outside}", "by the indexes of its veth pair")
        store.flush()
        _change(store, outputs, output, inside, Degree.STATED)


# -- by what only one node has ------------------------------------------------------------------------------

_SOLE: Final = r"^(cali[0-9a-f]{8,}|veth[0-9a-f]{6,}|br-[0-9a-f]{12}|lxc[0-9a-f]{8,})$"
"""Names of devices that contain a hash or a random number: no two nodes share one."""
_OWNED: Final = """
    WITH mine AS (
        SELECT DISTINCT ns, source, 'address ' || "address" AS sign FROM "address" a
        WHERE NOT ("address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255')) AND "address" <> 1 AND dev <> 'lo'
        UNION SELECT DISTINCT ns, source, 'device ' || name FROM link
        WHERE regexp_matches(name, $sole)
    ), used AS (
        -- The kernel writes routes of its own only with addresses that it has; a socket listens at those alone.
        SELECT DISTINCT ns, source, 'address ' || prefsrc AS sign FROM route
        WHERE prefsrc IS NOT NULL AND proto = 'kernel' AND "table" = 'main'
        UNION SELECT DISTINCT ns, source, 'address ' || "local" FROM socket
        WHERE state IN ('LISTEN', 'UNCONN') AND "local" IS NOT NULL AND "local" NOT IN (0, ip4('0.0.0.0'))
        UNION SELECT DISTINCT ns, source, 'device ' || dev FROM route
        WHERE regexp_matches(dev, $sole)
        UNION SELECT DISTINCT ns, source, 'device ' || dev FROM neighbour
        WHERE regexp_matches(dev, $sole)
        UNION SELECT DISTINCT ns, source, 'device ' || dev FROM fdb
        WHERE regexp_matches(dev, $sole)
    ), sole AS (
        SELECT sign, any_value(ns) AS owner FROM mine GROUP BY sign HAVING count(DISTINCT ns) = 1
    )
    SELECT u.source, s.owner, count(*) FROM used u JOIN source o ON o.source = u.source AND o.place <> 'sure'
    JOIN sole s ON s.sign = u.sign
    WHERE EXISTS (SELECT 1 FROM mine m WHERE m.ns = s.owner AND m.sign = u.sign AND m.source <> u.source)
    GROUP BY ALL
"""


def _by_signs(store: Store, outputs: dict[int, _Output], mixed: set[int]) -> None:
    """Move a table that uses addresses or devices which another namespace alone has."""
    owners: dict[int, set[int]] = defaultdict(set)
    for source, owner, _ in store.raw(_OWNED, {"sole": _SOLE}):
        owners[source].add(owner)
    known = {row[0] for row in store.raw('SELECT DISTINCT ns FROM "address" UNION SELECT DISTINCT ns FROM link')}
    for source, found in owners.items():
        output = outputs[source]
        if output.ns in mixed or len(found) > 1:
            continue
        (owner,) = found
        moves = owner != output.ns and output.ns in known
        if moves or output.place is Degree.ASSUMED:
            _change(store, outputs, output, owner, Degree.STATED)


# -- by what a node cannot have in its tables ------------------------------------------------------------------

_FOREIGN: Final = """
    SELECT DISTINCT n.source, a.ns FROM neighbour n JOIN source s ON s.source = n.source AND s.place <> 'sure'
    JOIN "address" a ON a.dev = n.dev AND a."address" = n."address" AND a.source <> n.source
    LEFT JOIN link l ON l.ns = a.ns AND l.name = n.dev AND l.mac IS NOT NULL
    WHERE n.mac IS NOT NULL AND NOT has_flag(n.flags, 'proxy') AND (l.mac IS NULL OR l.mac = n.mac)
    UNION
    SELECT DISTINCT f.source, l.ns FROM fdb f JOIN source s ON s.source = f.source AND s.place <> 'sure'
    JOIN link l ON l.name = f.dev AND l.mac = f.mac AND l.source <> f.source
    WHERE f.dst IS NOT NULL AND l.mac NOT IN (
        SELECT mac FROM link WHERE mac IS NOT NULL GROUP BY mac, name HAVING count(DISTINCT ns) > 1)
"""
"""(table, a namespace that cannot be its own): no kernel resolves its own address, or sends packets for it elsewhere."""


def _by_contradiction(store: Store, outputs: dict[int, _Output], mixed: set[int]) -> None:
    """Move a table that holds its node's own addresses to the single node that it fits, or set it aside."""
    cannot: dict[int, set[int]] = defaultdict(set)
    for source, ns in store.raw(_FOREIGN):
        cannot[source].add(ns)
    if not cannot:
        return
    seen = 'SELECT ns FROM link UNION SELECT ns FROM "address"'
    hosts = {row[0] for row in store.raw(f"SELECT ns FROM netns WHERE kind = 'host' AND ns IN ({seen})")}
    has = _tables_of(store, cannot)
    for source, not_of in cannot.items():
        output = outputs[source]
        if output.ns in mixed or output.kind != "host":
            continue
        fits = [ns for ns in hosts - not_of if not (has[source] & _own_tables(store, ns, source))]
        if output.ns not in not_of:
            if output.place is Degree.ASSUMED and hosts - not_of == {output.ns}:
                _change(store, outputs, output, output.ns, Degree.STATED)
        elif len(fits) == 1:
            _change(store, outputs, output, fits[0], Degree.ASSUMED)
        else:
            _note(store, output, "whose")
            _take_out(store, output)


def _tables_of(store: Store, sources: Iterable[int]) -> Mapping[int, set[tuple[str, str | None]]]:
    """Return which tables, of which devices, each output covers."""
    found: dict[int, set[tuple[str, str | None]]] = defaultdict(set)
    for source, table, dev in store.raw(
        'SELECT source, "table", dev FROM coverage WHERE source IN (SELECT unnest(?::BIGINT[]))', [list(sources)]
    ):
        found[source].add((table, dev))
    return found


def _own_tables(store: Store, ns: int, but: int) -> set[tuple[str, str | None]]:
    """Return which tables a namespace has from other outputs."""
    asked = "SELECT \"table\", dev FROM coverage WHERE ns = ? AND source <> ? AND complete <> 'no'"
    return {row for row in store.raw(asked, [ns, but]) if row[0] in ("neighbour", "fdb")}


# -- changes -----------------------------------------------------------------------------------------------


def _change(store: Store, outputs: dict[int, _Output], output: _Output, ns: int, place: Degree) -> None:
    """Give an output another namespace and degree."""
    run = store.connection.execute
    if ns != output.ns:
        for table in _holding(store, output.source):
            run(f'UPDATE "{table}" SET ns = ? WHERE source = ?', [ns, output.source])
    run("UPDATE source SET ns = ?, place = ? WHERE source = ?", [ns, place, output.source])
    outputs[output.source] = output._replace(ns=ns, place=place)


def _holding(store: Store, source: int) -> list[str]:
    """Return the tables that hold rows of an output."""
    filled = store.sizes().keys()
    return [
        table for table in ROWS
        if table in filled and store.raw(f'SELECT 1 FROM "{table}" WHERE source = ? LIMIT 1', [source])
    ]  # fmt: skip


def _note(store: Store, output: _Output, reason: str, later: int | None = None) -> None:
    """Record that an output does not count."""
    asked = "SELECT len(string_split(coalesce(text, ''), chr(10))) FROM source WHERE source = ?"
    last = output.first + max(store.raw(asked, [output.source])[0][0] - 1, 0)
    store.connection.execute(
        "INSERT INTO set_aside VALUES (?, ?, ?, ?, ?, ?, ?)",
        [output.file, output.first, last, output.command, output.node, reason, later],
    )


def _take_out(store: Store, output: _Output) -> None:
    """Remove all rows of an output."""
    for table in _holding(store, output.source):
        store.connection.execute(f'DELETE FROM "{table}" WHERE source = ?', [output.source])
    store.connection.execute("DELETE FROM source WHERE source = ?", [output.source])
