"""`dockerveth`."""

from podpath.readers.dockerveth import READER
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import VethClaim
from tests.readers.helper import complaints, rows

TEXT = """\
CONTAINER ID	VETH       	NAMES
2c54348455eb	vethd030a3f	busybox
933701edda1e	           	hosty
"""


def test_table() -> None:
    """A container without an interface of its own claims none."""
    assert rows(READER, "dockerveth", TEXT) == [VethClaim("2c54348455eb", "busybox", "vethd030a3f")]


def test_spaces() -> None:
    """Spaces for tabs change nothing, where every column is filled."""
    text = "CONTAINER ID    VETH            NAMES\n2c54348455eb    vethd030a3f     busybox\n"
    assert rows(READER, "dockerveth", text) == [VethClaim("2c54348455eb", "busybox", "vethd030a3f")]
    assert complaints(READER, "dockerveth", "933701edda1e   hosty\n") == [
        (0, "this looks like `dockerveth` output but it has 2 columns, not 3")
    ]


def test_coverage() -> None:
    """All running containers are shown, unless a filter is given."""
    assert READER.accepts(["dockerveth"]) == (covers(VethClaim),)
    assert READER.accepts(["dockerveth", "-f", "name=x"]) == (covers(VethClaim, complete=Complete.NO),)
    assert READER.accepts(["dockerveth", "says"]) is None
