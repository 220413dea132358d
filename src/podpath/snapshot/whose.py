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
MOST_PASTED: Final = 64
"""Maximum number of nodes that a person pastes by hand; the files of a fleet have names, and their tables are large."""


_Pair = tuple[int, int, int, bool]
"""A namespace, two of its outputs that contradict each other, and whether by what no command changes."""


class _Shared(NamedTuple):
    """A namespace whose name two machines share.

    Attributes:
        ns: its number.
        source: the output that shows the second machine.
        lasting: no command could have changed what shows it.
    """

    ns: int
    source: int
    lasting: bool


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
    _leave(store, outputs)
    all_sure = all(output.place is Degree.SURE for output in outputs.values())
    by_hand = not all_sure or len({output.node for output in outputs.values()}) <= MOST_PASTED
    if by_hand:
        _insides(store, outputs)
        _doubt(store, outputs)
    pairs = store.raw(_TWO_MACHINES)
    _strangers(store, outputs, pairs)
    # Where no name has two machines, there is nothing to part, and nothing is left.
    _part(store, outputs, [*(one.ns for one in _last(pairs)), *(ns for ns, _ in (store.raw(_TWO_CONTAINERS) if by_hand else ()))])
    twice = _joined(store, outputs, store.raw(_TWICE)) if by_hand else []
    mixed = _mixed(store, outputs, [*(_last(store.raw(_TWO_MACHINES)) if pairs else ()), *twice])
    _replace(store, outputs, mixed)
    if all_sure or len({output.node for output in outputs.values()}) > MOST_PASTED:
        return
    _by_signs(store, outputs, mixed)
    _by_contradiction(store, outputs, mixed)


# -- a shell whose end nobody saw ------------------------------------------------------------------------

_CARDS: Final = r"""
    SELECT source, 'card ' || name AS sign, mac::VARCHAR AS value FROM link
    WHERE regexp_matches(name, '^(eth|en[ops])\w+$') AND mac IS NOT NULL AND mac <> 0
    UNION ALL SELECT source, 'source on ' || dev, any_value(prefsrc)::VARCHAR FROM route
    WHERE proto = 'kernel' AND prefsrc IS NOT NULL AND family = 4 AND "table" = 'main' AND type = 'unicast'
      AND regexp_matches(dev, '^(eth|en[ops])\w+$') GROUP BY dev, source HAVING count(DISTINCT prefsrc) = 1
"""


def _leave(store: Store, outputs: dict[int, _Output]) -> None:
    """Give the host what was typed after a shell in a container had ended unseen: another card of the same name shows it."""
    inner: dict[int, list[_Output]] = defaultdict(list)
    for output in outputs.values():
        if output.kind != "host":
            inner[output.ns].append(output)
    doubtful = {ns: mine for ns, mine in inner.items() if all(one.place is Degree.ASSUMED for one in mine)}
    if not doubtful:
        return
    signs: dict[int, dict[str, str]] = defaultdict(dict)
    for source, sign, value in store.raw(_CARDS):
        signs[source][sign] = value
    for ns, mine in doubtful.items():
        shown: dict[str, str] = {}
        left = False
        for output in sorted(mine, key=lambda one: one.first):
            here = signs[output.source]
            left = left or any(shown.get(sign, value) != value for sign, value in here.items())
            if left:
                ((host,),) = store.raw(
                    "SELECT h.ns FROM netns n JOIN netns h ON h.node = n.node AND h.kind = 'host' WHERE n.ns = ?", [ns]
                ) or [(store.netns(store.raw("SELECT node FROM netns WHERE ns = ?", [ns])[0][0]),)]
                store.flush()
                _change(store, outputs, output, host, Degree.ASSUMED)
            shown |= here


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
        SELECT c.ns, c.thing, c.source, c.value, false AS lasting FROM card c WHERE c.known
        UNION ALL SELECT ns, 'MAC of ' || name, source, any_value(mac)::VARCHAR, true FROM link
            WHERE regexp_matches(name, '^(eth|en[ops])\w+$') AND mac IS NOT NULL AND mac <> 0 GROUP BY ns, name, source
            HAVING count(DISTINCT mac) = 1
        UNION ALL SELECT ns, 'local of ' || name, source, "local"::VARCHAR, false FROM vxlan WHERE "local" IS NOT NULL
        UNION ALL SELECT ns, name, source, value, name = 'machine-id' FROM fact WHERE name IN ('hostname', 'machine-id')
        UNION ALL SELECT ns, 'source on ' || dev, source, any_value(prefsrc)::VARCHAR, false FROM route
            WHERE proto = 'kernel' AND prefsrc IS NOT NULL AND family = 4 AND "table" = 'main' AND type = 'unicast'
              AND regexp_matches(dev, '^(eth|en[ops])\w+$') GROUP BY ns, dev, source HAVING count(DISTINCT prefsrc) = 1
    )
    SELECT a.ns, a.source, b.source, bool_or(a.lasting) FROM told a
    JOIN told b ON a.ns = b.ns AND a.thing = b.thing AND a.source < b.source WHERE a.value <> b.value GROUP BY ALL
"""
"""Two outputs of one namespace that cannot be of one machine, and whether no command could have changed what they show."""
_GONE: Final = """
    WITH used AS (
        SELECT DISTINCT ns, source, dev FROM route UNION SELECT DISTINCT ns, source, dev FROM neighbour
        UNION SELECT DISTINCT ns, source, dev FROM fdb UNION SELECT DISTINCT ns, source, dev FROM "address"
        UNION SELECT DISTINCT ns, source, name FROM bridge_port UNION SELECT DISTINCT ns, source, master FROM bridge_port
        UNION SELECT DISTINCT ns, source, name FROM link
    )
    SELECT DISTINCT u.source, v.source FROM used u JOIN coverage v USING (ns)
    JOIN (SELECT source, coalesce(place, 'sure') = 'assumed' AS weak FROM source) s ON s.source = u.source
    WHERE v."table" = 'link' AND v.complete <> 'no' AND v.dev IS NULL AND u.dev IS NOT NULL
      AND NOT (s.weak AND v.source = u.source)
      -- That a device is there is not shown by an output whose place is only assumed.
      AND NOT EXISTS (SELECT 1 FROM link l WHERE l.ns = u.ns AND l.name = u.dev AND NOT (s.weak AND l.source = u.source))
"""
"""Tables that use devices which a list of all devices of their namespace does not have, with that list.

The kernel deletes the entries of a device with it: lines of the list are missing, or one of the two is of another machine.
"""


def _doubt(store: Store, outputs: dict[int, _Output]) -> None:
    """Doubt a table that uses devices which its namespace does not have, and the list that lacks them."""
    for source, links in store.raw(_GONE):
        both = [outputs[one] for one in (source, links) if one in outputs and outputs[one].first > 0]
        if len(both) < _TWO or both[0].file != both[1].file:
            continue
        if both[0].place is Degree.ASSUMED and both[1].place is not Degree.ASSUMED:
            _note(store, both[0], "whose")
            _take_out(store, both[0])
            del outputs[source]
            continue
        if source != links:
            _change(store, outputs, outputs[source], outputs[source].ns, Degree.ASSUMED)
        store.connection.execute("UPDATE coverage SET complete = 'no' WHERE source = ? AND \"table\" = 'link'", [links])


def _strangers(store: Store, outputs: dict[int, _Output], pairs: Iterable[_Pair]) -> None:
    """Set aside what only the text before it gives a place that something surer contradicts."""
    for _, *pair, _ in pairs:
        both = [outputs[source] for source in pair if source in outputs]
        if len(both) < _TWO or both[0].file != both[1].file:
            continue
        weak, strong = sorted(both, key=lambda output: list(Degree).index(output.place), reverse=True)
        if weak.place is not strong.place and weak.place is Degree.ASSUMED:
            _note(store, weak, "whose")
            _take_out(store, weak)
            del outputs[weak.source]
        elif weak.place is not strong.place:
            _change(store, outputs, weak, weak.ns, Degree.ASSUMED)


def _last(pairs: Iterable[_Pair]) -> list[_Shared]:
    """Return the namespaces of contradicting outputs, each with the last of these."""
    found: dict[int, _Shared] = {}
    for ns, _, other, lasting in pairs:
        before = found.get(ns, _Shared(ns, 0, lasting=False))
        found[ns] = _Shared(ns, max(before.source, other), lasting=before.lasting or lasting)
    return list(found.values())


_TWO_CONTAINERS: Final = """
    SELECT a.ns, max(b.source) FROM link a JOIN link b ON a.ns = b.ns AND a.name = b.name AND a.source < b.source
    JOIN netns n ON n.ns = a.ns AND n.kind <> 'host'
    WHERE regexp_matches(a.name, '^eth\\d+$') AND a.mac <> b.mac AND a.peer_index <> b.peer_index GROUP BY a.ns
"""
"""Where one container's card has two MACs and two other ends."""


def _part(store: Store, outputs: dict[int, _Output], shared: Iterable[int]) -> None:
    """Give each machine of a text its own name, where a line that podpath could not read stands between them."""
    for ns in shared:
        mine = sorted((output for output in outputs.values() if output.ns == ns), key=lambda output: output.first)
        if any(o.place is Degree.SURE or o.file != mine[0].file for o in mine):
            continue
        name, moves = parted(store, ns, mine[0].file, [Shown(output.source, output.first) for output in mine])
        ((node,),) = store.raw("SELECT node FROM netns WHERE ns = ?", [ns])
        for move in moves:
            other = ns
            if move.name:
                inside = move.inside or mine[0].kind != "host"
                other = store.netns(node, "container", move.name) if inside else store.netns(store.node(move.name))
                store.flush()
            _change(store, outputs, outputs[move.source], other, move.place)
        if moves and name and mine[0].kind == "host" and mine[0].node == PurePath(mine[0].file).stem:
            store.connection.execute("UPDATE node SET name = ? WHERE node = ?", [name, node])


_TWICE: Final = """
    -- No kernel prints a route or a device twice: somebody has put the outputs of two machines into one.
    SELECT ns, source FROM route WHERE family = 4 AND type = 'unicast'
    GROUP BY ns, source, "table", dst, dst_len, coalesce(metric, 0), dev, via, tos, hop HAVING count(*) > 1
    UNION SELECT ns, source FROM link WHERE ifindex IS NOT NULL GROUP BY ns, source, ifindex HAVING count(*) > 1
    UNION SELECT ns, source FROM neighbour WHERE NOT has_flag(flags, 'proxy')
    GROUP BY ns, source, dev, "address" HAVING count(*) > 1
"""


def _joined(store: Store, outputs: dict[int, _Output], twice: Iterable[tuple[int, int]]) -> list[_Shared]:
    """Set aside outputs that hold those of two machines; where nothing surer parts the machines, return their namespaces."""
    shared = []
    for ns, source in twice:
        if source in outputs and any(o.place is Degree.SURE for o in outputs.values() if o.ns == ns and o.kind == "host"):
            _note(store, outputs[source], "joined")
            _take_out(store, outputs[source])
            del outputs[source]
        elif source in outputs:
            shared.append(_Shared(ns, source, lasting=False))
    return shared


def _mixed(store: Store, outputs: dict[int, _Output], shared: Iterable[_Shared]) -> set[int]:
    """Find the namespaces whose name two machines share: each output is of one of the two, and it is unknown of which."""
    found: set[int] = set()
    for ns, other, lasting in shared:
        mine = [output for output in outputs.values() if output.ns == ns]
        # Two files of one node, or a sure place, are two times of one machine: contradictions are reported as such.
        if (
            outputs[other].kind != "host"
            or (not lasting and any(output.place is Degree.SURE for output in mine))
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


def _insides(store: Store, outputs: dict[int, _Output]) -> None:
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
        if output is None or output.place is Degree.SURE:
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
    SELECT DISTINCT u.source, s.owner FROM used u JOIN source o ON o.source = u.source AND o.place <> 'sure'
    JOIN sole s ON s.sign = u.sign JOIN mine m ON m.ns = s.owner AND m.sign = u.sign AND m.source <> u.source
    -- Whose place is itself assumed shows nobody else's.
    JOIN source p ON p.source = m.source AND coalesce(p.place, 'sure') <> 'assumed'
"""


def _by_signs(store: Store, outputs: dict[int, _Output], mixed: set[int]) -> None:
    """Move a table that uses addresses or devices which another namespace alone has."""
    owners: dict[int, set[int]] = defaultdict(set)
    for source, owner in store.raw(_OWNED, {"sole": _SOLE}):
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
