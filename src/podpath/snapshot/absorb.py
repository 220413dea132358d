"""One snapshot taken into another: its nodes are new ones, or ours where name and machine-id are equal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from podpath.snapshot.layouts import selected
from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.schema import ROWS
from podpath.snapshot.store import Store
from podpath.snapshot.stranger import MOST_NODES, version_of

_MACHINE_IDS: Final = """
    SELECT d.name, any_value(f.value) FROM {at}fact f JOIN {at}netns n USING (ns) JOIN {at}node d USING (node)
    WHERE f.name = 'machine-id' AND n.kind = 'host' GROUP BY d.name
"""


def _own_name(name: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """Return what a node of another snapshot is called among ours: two machines may bear one host name.

    Args:
        name: its name there.
        theirs: machine-ids there, by name.
        ours: machine-ids here, by name.
    """
    identity, number, called = theirs.get(name), 1, name
    while identity is not None and ours.get(called, identity) != identity:
        number += 1
        called = f"{name} ({number})"
    return called


def absorb(store: Store, path: Path, most_nodes: int = MOST_NODES) -> None:
    """Add all that a snapshot file holds to a store.

    Args:
        store: the store.
        path: the file.
        most_nodes: nodes that it may have.

    Raises:
        SnapshotError: the file is no snapshot of this version.
    """
    with store.attached(path, most_nodes):
        _take_over(store, path)


def _take_over(store: Store, path: Path) -> None:
    """Add the rows of the database ``other``."""
    theirs, ours = (dict(store.raw(_MACHINE_IDS.format(at=at))) for at in ("other.", ""))
    names = {row[0]: row[1:] for row in store.raw("SELECT node, name, address FROM other.node")}
    nodes = {number: store.node(_own_name(name, theirs, ours), address) for number, (name, address) in names.items()}
    for number, (name, _) in names.items():
        store.call(name, nodes[number])
    places = store.raw("SELECT ns, node, kind, name, inferred, inode FROM other.netns")
    if any(row[1] not in nodes for row in places):
        raise SnapshotError(f"{path}: a namespace in it is on no node")
    netns = [[row[0] for row in places], [store.netns(nodes[row[1]], row[2], row[3] or "", *row[4:]) for row in places]]
    store.flush()
    run = store.connection.execute
    run(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT unnest(?::BIGINT[]) AS was, unnest(?::BIGINT[]) AS ns",
        netns,
    )
    offset = store.reserve(store.raw("SELECT coalesce(max(source), 0) FROM other.source")[0][0])
    version, filled = version_of(store.raw, "other"), store.sizes("other")
    for table in (*(name for name in ROWS if name in filled), "source", "conflict"):
        moves = "m.ns AS ns, CASE WHEN t.source > 0 THEN t.source + $1 ELSE 0 END AS source"
        if table == "conflict":
            moves = "m.ns AS ns, t.one_source + $1 AS one_source, t.other_source + $1 AS other_source"
        picked = selected(table, version, "other")
        if picked is not None:
            run(
                f'INSERT INTO "{table}" SELECT t.* REPLACE ({moves}) FROM (SELECT {picked} FROM other.main."{table}" o) t'
                " JOIN moved m ON m.was = t.ns",
                [offset],
            )
    for table in ("unread", "set_aside"):
        if (picked := selected(table, version, "other")) is not None:
            run(f'INSERT INTO "{table}" SELECT {picked} FROM other.main."{table}" o')
