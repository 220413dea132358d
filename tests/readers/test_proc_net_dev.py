"""`/proc/net/dev`."""

from podpath.readers.proc_net_dev import READER
from podpath.state.evidence import covers
from podpath.state.link import Link, LinkCounters
from tests.readers.helper import complaints, rows

TEXT = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     112       1    0    0    0     0          0         0      112       1    0    0    0     0       0          0
flannel.1:       5       6    7    8    0     0          0         0        9      10   11   13    0    14      15          0
"""


def test_table() -> None:
    """A device is there, and has counters."""
    assert rows(READER, "cat /proc/net/dev", TEXT) == [
        Link("lo"),
        LinkCounters("lo", 1, 112, 0, 0, tx_packets=1, tx_bytes=112, tx_errors=0, tx_dropped=0, tx_carrier=0, collisions=0),
        Link("flannel.1"),
        LinkCounters("flannel.1", 6, 5, 7, 8, tx_packets=10, tx_bytes=9, tx_errors=11, tx_dropped=13, tx_carrier=15,
                     collisions=14),
    ]  # fmt: skip


def test_damage() -> None:
    """A counter that is no number is quoted."""
    text = TEXT.replace("lo:     112", "lo:     1l2")
    assert complaints(READER, "cat /proc/net/dev", text) == [
        (2, 'this looks like `/proc/net/dev` output but "1l2" is not a number')
    ]


def test_coverage() -> None:
    """All devices are shown, up or down."""
    assert READER.accepts(["cat", "/proc/net/dev"]) == (covers(Link), covers(LinkCounters))
