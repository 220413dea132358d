"""`nstat`."""

from podpath.readers.nstat import READER
from podpath.state.evidence import Complete, covers
from podpath.state.host import Counter
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
#kernel
IpInReceives                    10                 0.0
TcpExtListenOverflows           0                  0.0
"""


def test_table() -> None:
    """A line is a counter with its rate, which is left out."""
    assert rows(READER, "nstat -az", TEXT) == [Counter("IpInReceives", 10), Counter("TcpExtListenOverflows", 0)]


def test_json() -> None:
    """JSON says the same."""
    assert json_rows(READER, {"kernel": {"IpInReceives": 10}}) == [Counter("IpInReceives", 10)]


def test_damage() -> None:
    """A count that is none is a complaint."""
    assert complaints(READER, "nstat -az", "IpInReceives   1o   0.0\n") == [
        (0, 'this looks like `nstat` output but "IpInReceives" is not followed by a count and a rate')
    ]


def test_coverage() -> None:
    """Zeroes are shown only with `-z`, and absolute counts only with `-a`."""
    assert READER.accepts(["nstat", "-az"]) == (covers(Counter),)
    assert READER.accepts(["nstat"]) == (covers(Counter, complete=Complete.NO),)
    assert READER.accepts(["nstat", "-asz", "IpForwDatagrams"]) == (covers(Counter, part="IpForwDatagrams"),)
    assert READER.accepts(["nstat", "shows", "nothing"]) is None
