"""Pasted text into the store."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from podpath.readers.interface import Item
from podpath.readers.registry import readers
from podpath.snapshot.absorb import absorb
from podpath.snapshot.load import load_text
from podpath.snapshot.store import Store

TEXT = """\
[root@n1 ~]# ip neigh show dev flannel.1
10.42.1.0 lladdr 82:ce:7c:3e:91:36 PERMANENT
10.42.2.0 lladdr 82:ce:7c:3e:91:3g PERMANENT
[root@n1 ~]# docker exec web ip neigh
10.42.1.0 dev eth0 FAILED
"""


def test_rows_carry_their_place_and_line() -> None:
    """A line that cannot be read is listed with its number, and takes the section's certainty away."""
    with Store() as store:
        loaded = load_text(store, "n1.txt", "n1", None, TEXT.splitlines())
        store.flush()
        assert (loaded.sections, loaded.rows, loaded.unread) == (2, 2, 1)
        assert store.raw("SELECT place(ns), line, dev FROM neighbour ORDER BY line") == [
            ("n1", 2, "flannel.1"), ("n1 container web", 5, "eth0"),
        ]  # fmt: skip
        assert store.raw("SELECT file, first, reason FROM unread") == [
            ("n1.txt", 3, 'this looks like `ip neigh` output but "82:ce:7c:3e:91:3g" is not a MAC address')
        ]
        assert store.raw("SELECT complete FROM coverage ORDER BY line") == [("no",), ("yes",)]


def test_the_name_of_a_file_may_be_its_command() -> None:
    """As the files of a sosreport are named."""
    with Store() as store:
        lines = ["10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT"]
        load_text(store, "n1/ip_neigh_show", "n1", None, lines, "ip neigh show")
        store.flush()
        assert store.raw("SELECT command, typed, first FROM source") == [("ip neigh show", True, 1)]
        assert store.raw("SELECT line FROM neighbour") == [(1,)]


def test_a_node_speaks_for_itself_alone() -> None:
    """What comes from one node is its own, whatever its headings, prompts and wrappers say."""
    text = """\
# ip route show
default via 10.0.0.1 dev eth0
### node n2
[root@n3 ~]# ip route show
10.1.0.0/16 dev eth0
$ ssh n4 ip route
10.2.0.0/16 dev eth0
"""
    with Store() as store:
        load_text(store, "n1, over ssh", "n1", None, text.splitlines(), only=True)
        store.flush()
        assert store.raw("SELECT name FROM node") == [("n1",)]
        assert store.raw("SELECT count(*) FROM route JOIN netns n USING (ns) WHERE n.node = 1") == [(3,)]


def test_a_ruleset_in_json_is_kept_whole() -> None:
    """The walk reads it; other JSON is in the tables already."""
    text = '# nft -j list ruleset\n{"nftables": [{"metainfo": {"version": "1.0.6"}}]}\n# ip -j neigh\n[]'
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, text.splitlines())
        store.flush()
        kept = dict(store.raw("SELECT command, text FROM source"))
        assert kept == {"nft -j list ruleset": '{"nftables": [{"metainfo": {"version": "1.0.6"}}]}', "ip -j neigh": None}


def test_a_node_whose_name_became_better_is_counted_once() -> None:
    """A file with prompts of another host and then of its own, and a second file after it."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, ["[root@n2 ~]# ip neigh", "[root@n1 ~]# ip neigh"])
        load_text(store, "n3.txt", "n3", None, ["[root@n3 ~]# ip neigh", "[root@n3 ~]# hostname", "n3"])
        store.flush()
        assert ("n3", "n3") in store.raw("SELECT name, hosts FROM node")
        assert store.raw("SELECT count(*) = count(DISTINCT node) FROM node") == [(True,)]


def test_a_reader_that_stumbles_costs_its_own_output_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it raises: the output is listed as unread, its silence means nothing, and the next output is read."""

    def stumble(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
        del words, lines
        raise RuntimeError

    broken = tuple(dataclasses.replace(one, read=stumble) if one.name == "ip neigh" else one for one in readers())
    monkeypatch.setattr("podpath.readers.typed.readers", lambda: broken)
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, ["# ip neigh", "10.0.0.1 dev eth0 FAILED", "# hostname", "n1"])
        store.flush()
        assert store.raw("SELECT first, reason FROM unread") == [
            (2, "this looks like `ip neigh` output but cannot be read (RuntimeError)")
        ]
        assert store.raw("SELECT complete FROM coverage WHERE \"table\" = 'neighbour'") == [("no",)]
        assert store.raw("SELECT name FROM fact") == [("hostname",)]


def test_a_value_that_no_column_can_hold_costs_its_row_alone() -> None:
    """JSON promises no kinds: lists, texts and truth values stand where a number should, and one field has 200 kB."""
    lines = ["# ip -j link", '[{"ifname":"a","ifindex":[1],"flags":["UP"],"mtu":1500},'
             '{"ifname":"b","ifindex":"x","flags":[],"mtu":1500},'
             f'{{"ifname":"c","ifindex":3,"flags":["UP"],"mtu":1500,"ifalias":"{"x" * 200_000}"}}]']  # fmt: skip
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, lines)
        store.flush()
        assert store.raw("SELECT name, ifindex FROM link") == [("c", 3)]
        assert store.raw("SELECT count(*) FROM unread") == [(2,)]


def test_a_command_that_prints_nothing_though_it_always_does_has_failed() -> None:
    """Its table is not covered, and it is to be run again; `ip neigh` may be empty."""
    text = "# ip -br link\nlo UNKNOWN 00:00:00:00:00:00\n\n# sysctl -a\n\n# ip neigh\n\n# ip rule\n"
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, text.splitlines())
        store.flush()
        assert store.raw('SELECT "table", complete FROM coverage ORDER BY ALL') == [
            ("link", "yes"), ("neighbour", "yes"), ("rule", "no"), ("sysctl", "no"),
        ]  # fmt: skip
        assert [reason.split("`")[1] for (reason,) in store.raw("SELECT reason FROM unread ORDER BY first")] == [
            "sysctl -a",
            "ip rule",
        ]


def test_a_remark_behind_a_line_is_kept_as_evidence() -> None:
    """The row is read without it."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, ["$ ip route", "10.0.0.0/8 via 10.0.0.1 dev eth0   # <--- this one"])
        store.flush()
        assert store.raw("SELECT count(*) FROM route") == [(1,)]
        assert "this one" in store.raw("SELECT text FROM source")[0][0]


def test_the_degree_of_a_place_is_kept_with_its_output() -> None:
    """A prompt makes it sure, a heading states it."""
    text = "Node 1:\n$ ip neigh\n10.0.0.1 dev eth0 FAILED\nroot@n2:~# ip neigh\n10.0.0.2 dev eth0 FAILED\n"
    with Store() as store:
        load_text(store, "t.txt", "t", None, text.splitlines())
        store.flush()
        assert store.raw("SELECT place FROM source ORDER BY source") == [("stated",), ("sure",)]


def _captured(path: Path, name: str, machine: str = "") -> Path:
    """Write a snapshot of a node."""
    with Store(path) as store:
        lines = ["$ ip route", "default via 192.0.2.1 dev eth0", *(["$ cat /etc/machine-id", machine] if machine else [])]
        load_text(store, f"{name}.txt", name, None, lines)
        store.flush()
    return path


@pytest.mark.parametrize(
    ("snapshots", "prompts", "nodes"),
    [
        ([("vm", "")], ["vm"], ["vm"]),
        ([("vm", "")], ["other"], ["pasted", "vm"]),
        ([("vm", "")], [], ["pasted", "vm"]),
        ([("vm", "0" * 32), ("vm", "1" * 32)], ["vm"], ["pasted", "vm", "vm (2)"]),
    ],
)
def test_a_text_is_of_the_captured_node_that_its_prompts_name(
    tmp_path: Path, snapshots: list[tuple[str, str]], prompts: list[str], nodes: list[str]
) -> None:
    """What was captured, and what was asked for besides, belong together, whatever the file is called."""
    with Store() as store:
        for number, (name, machine) in enumerate(snapshots):
            absorb(store, _captured(tmp_path / f"{number}.podpath", name, machine))
        lines = [
            f"root@{prompts[0]}:~# ip neigh" if prompts else "$ ip neigh",
            "192.0.2.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE",
        ]
        load_text(store, "pasted.txt", "pasted", None, lines)
        store.flush()
        assert sorted(name for (name,) in store.raw("SELECT name FROM node")) == nodes
