"""What nodes answer: whatever one of them prints is that node's loss alone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from podpath.cli.ssh import Arrivals
from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer
from podpath.collect.ssh.settings import Settings
from podpath.snapshot.store import Store

_WELL = b"# ip -d address show\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.168.50.11/24 scope global eth0\n"
_YAML = b"# kubectl get pods -A -o yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels: {x: [[[1]]], y: *a}\n"
_ANSWERS = {
    "binary": b"\x1f\x8b" + bytes(range(256)) * 1000,
    "digits": _WELL.replace(b"2:", b"7" * 6000 + b":"),
    "rows": b'{"schema": "podpath.rows/1", "columns": {"Link": ["name"]}}\n'
    b'{"at": ["host", "", null], "rows": {"Link": [[1e999]]}}\n'
    b'{"end": true}\n',
    "column": b'{"schema": "podpath.rows/1", "columns": 7}\n{"end": true}\n',
    "halves": b'# ip -j link\n[{"ifname":"\\ud800","ifindex":1,"flags":[],"mtu":1}]\n',
    "zeros": b'# ip -j link\n[{"ifname":"a\\u0000b","ifindex":1,"flags":[],"mtu":1}]\n',
    "yaml": _YAML,
    "deep": b"# ip -j link\n" + b"[" * 100_000 + b"\n",
}


@pytest.fixture
def store() -> Iterator[Store]:
    """Return an empty store."""
    with Store() as made:
        yield made


def taken(store: Store, tmp_path: Path, answers: dict[str, bytes], settings: Settings | None = None) -> Arrivals:
    """Take answers of nodes into a store, each called as its answer is."""
    arrivals = Arrivals(store, settings or Settings())
    for name, text in answers.items():
        file = tmp_path / name
        file.write_bytes(text)
        arrivals.take(Answer(Host(name, name), file, 0, 1, 0, 0, root=True, machine=name))
        arrivals.keep()
    arrivals.end()
    return arrivals


@pytest.mark.parametrize("name", _ANSWERS)
def test_the_nodes_before_and_after_are_read(store: Store, tmp_path: Path, name: str) -> None:
    """The one in the middle is missing, or has a line that was not read."""
    arrivals = taken(store, tmp_path, {"first": _WELL, name: _ANSWERS[name], "last": _WELL})
    assert {"first", "last"} <= set(arrivals.read)
    places = store.raw(
        "SELECT d.name FROM link JOIN netns USING (ns) JOIN node d USING (node) WHERE link.name = 'eth0' ORDER BY 1"
    )
    assert [place for (place,) in places if place != name] == ["first", "last"]
    told = store.raw("SELECT 1 FROM unread UNION ALL SELECT 1 FROM missing UNION ALL SELECT 1 FROM link WHERE name <> 'eth0'")
    assert told, "what was not read is said"


def test_reading_one_answer_takes_no_longer_than_its_node_may(store: Store, tmp_path: Path) -> None:
    """The time is that of --timeout, and what was read until then is kept."""
    many = b"# ip neigh\n" + b"10.0.0.1 dev eth0 lladdr 52:54:00:00:00:01 REACHABLE\n" * 300_000
    began = time.monotonic()
    arrivals = taken(store, tmp_path, {"long": _WELL + many, "last": _WELL}, Settings(timeout=0.05))
    assert time.monotonic() - began < 10
    assert "more than 0.05 seconds" in arrivals.failed["long"]


def test_reading_ends_when_the_collection_is_ended(store: Store, tmp_path: Path) -> None:
    """A signal need not wait for an answer to be read."""
    arrivals = Arrivals(store, Settings())
    file = tmp_path / "n1"
    file.write_bytes(_WELL)
    arrivals.stop()
    arrivals.take(Answer(Host("n1", "n1"), file, 0, 1, 0, 0, root=True, machine="n1"))
    arrivals.end()
    assert "interrupted" in arrivals.failed["n1"]
