"""`uname`."""

from podpath.readers.uname import READER
from podpath.state.evidence import covers
from podpath.state.host import Fact
from tests.readers.helper import complaints, rows


def test_all() -> None:
    """`-a` says the node's name and the kernel."""
    text = "Linux n1 5.15.0-91-generic #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux\n"
    assert rows(READER, "uname -a", text) == [Fact("hostname", "n1"), Fact("kernel", "5.15.0-91-generic")]


def test_release() -> None:
    """`-r` says the kernel alone."""
    assert rows(READER, "uname -r", "6.1.0-18-amd64\n") == [Fact("kernel", "6.1.0-18-amd64")]
    assert complaints(READER, "uname -r", "what\n") == [
        (0, 'this looks like `uname` output but "what" is not the release of a kernel')
    ]


def test_coverage() -> None:
    """Both forms say the kernel."""
    assert READER.accepts(["uname", "-r"]) == (covers(Fact, part="kernel"),)
    assert READER.accepts(["uname", "is", "Linux"]) is None
