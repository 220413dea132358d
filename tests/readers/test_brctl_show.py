"""`brctl show`."""

from podpath.readers.brctl_show import READER
from podpath.state.evidence import covers
from podpath.state.link import Bridge, BridgePort, Link
from tests.readers.helper import complaints, read, rows

TEXT = (
    "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n"
    "br0\t\t8000.46f89f53dde2\tno\t\tva\n"
    "\t\t\t\t\t\t\tvc\n"
    "br1\t\t8000.000000000000\tyes\t\t\n"
)


def test_table() -> None:
    """Each port is a link in its bridge; a bridge may have none."""
    assert read(READER, "brctl show", TEXT) == [
        (1, Bridge("br0", "8000.46f89f53dde2", stp=False)),
        (1, Link("br0", kind="bridge")),
        (1, Link("va", master="br0")),
        (1, BridgePort("va", "br0")),
        (2, Link("vc", master="br0")),
        (2, BridgePort("vc", "br0")),
        (3, Bridge("br1", "8000.000000000000", stp=True)),
        (3, Link("br1", kind="bridge")),
    ]


def test_spaces_for_tabs() -> None:
    """A terminal that turned tabs into spaces changes nothing."""
    assert read(READER, "brctl show", TEXT.expandtabs()) == read(READER, "brctl show", TEXT)


def test_absence() -> None:
    """That a bridge does not exist is proof, not a complaint."""
    text = "bridge nope does not exist!\ndevice va is not a bridge!\nbr7\t\tcan't get info No such device\n"
    assert rows(READER, "brctl show nope", text) == []


def test_damage() -> None:
    """A bridge id that is none is quoted."""
    text = TEXT.replace("46f89f53dde2", "46f89f53dde")
    assert complaints(READER, "brctl show", text) == [
        (1, 'this looks like `brctl show` output but "8000.46f89f53dde" is not a bridge id')
    ]


def test_coverage() -> None:
    """All bridges and ports are shown, or those of the bridges named."""
    assert READER.accepts(["brctl", "show"]) == (covers(Bridge), covers(BridgePort))
    assert READER.accepts(["brctl", "show", "br0"]) == (
        covers(Bridge, dev="br0"), covers(BridgePort, part="br0"),
    )  # fmt: skip
    assert READER.accepts(["brctl", "addbr", "br0"]) is None
    assert READER.accepts(["brctl", "show", "bridges,", "please"]) is None
