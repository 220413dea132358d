"""One snapshot taken into another."""

from pathlib import Path

from podpath.snapshot.absorb import absorb
from podpath.snapshot.store import Store
from podpath.state.evidence import Unread
from podpath.state.host import Fact
from podpath.state.link import Link
from tests.snapshot.rows import filled


def test_snapshots_are_joined_by_the_names_of_their_nodes(tmp_path: Path) -> None:
    """Rows of one node come together, numbers of sources stay apart."""
    path = tmp_path / "a.podpath"
    with Store() as store:
        filled(store, "n1")
        store.unread(Unread("f.txt", 1, 2, "why", "text"))
        store.flush()
        store.save(path)
    with Store() as store:
        filled(store, "n2")
        absorb(store, path)
        filled(store, "n1")
        assert store.raw("SELECT name FROM node ORDER BY name") == [("n1",), ("n2",)]
        assert store.raw("SELECT node_name(ns), count(*), count(DISTINCT source) FROM route GROUP BY 1 ORDER BY 1") == [
            ("n1", 2, 2), ("n2", 1, 1),
        ]  # fmt: skip
        assert store.raw("SELECT count(*) FROM unread") == [(1,)]


def test_two_machines_with_one_host_name_stay_two(tmp_path: Path) -> None:
    """Their machine-ids tell them apart; two snapshots of one machine are one node."""
    files = []
    for at, identity in enumerate(("a", "b", "a")):
        file = tmp_path / f"{at}.podpath"
        with Store() as store:
            ns = store.netns(store.node("localhost"))
            store.add(ns, 0, [(0, Fact("machine-id", identity)), (0, Link(f"eth{at}"))])
            store.flush()
            store.save(file)
        files.append(file)
    with Store() as whole:
        for file in files:
            absorb(whole, file)
        whole.flush()
        rows = whole.raw("SELECT d.name, l.name FROM link l JOIN netns n USING (ns) JOIN node d USING (node) ORDER BY ALL")
    assert rows == [("localhost", "eth0"), ("localhost", "eth2"), ("localhost (2)", "eth1")]
