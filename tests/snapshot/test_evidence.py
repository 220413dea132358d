"""Rows to evidence."""

from podpath.snapshot.evidence import Witness
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.evidence import covers
from podpath.state.neighbour import Neighbour

TEXT = """\
$ ip -d link show flannel.1
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether ee:2c:05:d1:29:00 brd ff:ff:ff:ff:ff:ff
$ ip neigh show dev flannel.1
10.42.1.0 lladdr 82:ce:7c:3e:91:36 PERMANENT
"""
JSON = '[{"dst":"10.42.1.0","dev":"flannel.1","lladdr":"82:ce:7c:3e:91:36","state":["PERMANENT"]}]'


def test_evidence_is_the_line_that_has_the_word() -> None:
    """A device takes several lines; the one with its MAC is shown when the MAC matters."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, TEXT.splitlines())
        merge(store)
        found = Witness(store).of("link", 0, "ee:2c:05:d1:29:00")
        assert found == (
            "n1",
            "",
            "ip -d link show flannel.1",
            "link/ether ee:2c:05:d1:29:00 brd ff:ff:ff:ff:ff:ff",
            "n1.txt",
            3,
            "stated",
        )


def test_silence_is_evidence_too() -> None:
    """What was printed, and that the word is not in it."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, TEXT.splitlines())
        merge(store)
        rowid = store.raw("SELECT rowid FROM coverage WHERE \"table\" = 'neighbour'")[0][0]
        found = Witness(store).of("coverage", rowid, "10.42.9.0")
        assert (found.command, found.line, found.file_line) == (
            "ip neigh show dev flannel.1", "no line for 10.42.9.0 among the 1 printed", 5,
        )  # fmt: skip


def test_a_row_of_json_is_shown_as_its_command_would_print_it() -> None:
    """The line of a document says nothing to a person."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, [JSON])
        merge(store)
        found = Witness(store).of("neighbour", 0)
        assert found.command == "ip neigh show dev flannel.1"
        assert found.line == "10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT"


def test_what_is_missing_from_a_live_table_is_told_with_its_command() -> None:
    """The kernel printed no line that could be shown."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.add(ns, 0, [(0, covers(Neighbour))])
        store.flush()
        ((rowid,),) = store.raw("SELECT rowid FROM coverage")
        found = Witness(store).of("coverage", rowid, "10.42.1.0")
    assert (found.command, found.line, found.file) == ("ip neigh show", "no line for 10.42.1.0", None)
