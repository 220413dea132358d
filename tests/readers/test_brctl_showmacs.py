"""`brctl showmacs`."""

from podpath.readers.brctl_showmacs import READER
from podpath.state.address import parse_mac
from podpath.state.evidence import Complete, covers
from podpath.state.fdb import FdbEntry
from tests.readers.helper import complaints, rows

TEXT = (
    "port no\tmac addr\t\tis local?\tageing timer\n"
    "  2\t46:f8:9f:53:dd:e2\tyes\t\t   0.00\n"
    "  1\tde:2b:84:1f:16:30\tno\t\t  13.07\n"
)


def test_table() -> None:
    """Ports have no names here, so the bridge and the number stand for them."""
    assert rows(READER, "brctl showmacs br0", TEXT) == [
        FdbEntry("br0 port 2", parse_mac("46:f8:9f:53:dd:e2"), master="br0", state="permanent"),
        FdbEntry("br0 port 1", parse_mac("de:2b:84:1f:16:30"), master="br0"),
    ]


def test_unknown_bridge() -> None:
    """Without its command the bridge is unknown."""
    assert rows(READER, "", TEXT)[1] == FdbEntry("? port 1", parse_mac("de:2b:84:1f:16:30"))


def test_absence_and_damage() -> None:
    """A missing bridge is no complaint; a damaged MAC is one."""
    assert rows(READER, "brctl showmacs x", "read of forward table failed: No such device\n") == []
    text = TEXT.replace("46:f8", "46:g8")
    assert complaints(READER, "brctl showmacs br0", text) == [
        (1, 'this looks like `brctl showmacs` output but "46:g8:9f:53:dd:e2" is not a MAC address')
    ]


def test_coverage() -> None:
    """Nobody can tell which port an entry is of, so nothing is proven absent."""
    assert READER.accepts(["brctl", "showmacs", "br0"]) == (covers(FdbEntry, part="br0", complete=Complete.NO),)
    assert READER.accepts(["brctl", "showmacs"]) is None
