"""`/etc/machine-id`."""

from podpath.readers.machine_id import READER
from podpath.state.evidence import covers
from podpath.state.host import Fact
from tests.readers.helper import complaints, rows


def test_identifier() -> None:
    """The identifier is 32 hexadecimal digits."""
    text = "0123456789abcdef0123456789abcdef"
    assert rows(READER, "cat /etc/machine-id", text) == [Fact("machine-id", text)]
    assert complaints(READER, "cat /etc/machine-id", "uninitialized\n") == [
        (0, 'this looks like `machine-id` output but "uninitialized" is not 32 hexadecimal digits')
    ]


def test_coverage() -> None:
    """The file says it all."""
    assert READER.accepts(["cat", "/etc/machine-id"]) == (covers(Fact, part="machine-id"),)
    assert READER.accepts(["cat", "/etc/machine"]) is None
