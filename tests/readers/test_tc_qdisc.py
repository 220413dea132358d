"""``tc qdisc``."""

from podpath.readers.tc_qdisc import READER
from podpath.state.link import Qdisc
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
qdisc noqueue 0: dev lo root refcnt 2
qdisc tbf 8005: dev v1 root refcnt 3 rate 1Mbit burst 10Kb lat 1ms
 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc ingress ffff: dev v1 parent ffff:fff1 ----------------
"""


def test_qdiscs_are_read() -> None:
    """With their handles, statistics left out."""
    assert rows(READER, "tc -s qdisc show", TEXT) == [
        Qdisc("lo", "noqueue", "0:", "root"),
        Qdisc("v1", "tbf", "8005:", "root"),
        Qdisc("v1", "ingress", "ffff:", "ffff:fff1"),
    ]


def test_one_device_need_not_be_named_in_each_line() -> None:
    """The command line names it."""
    assert rows(READER, "tc qdisc show dev v1", "qdisc tbf 8005: root refcnt 3 rate 1Mbit") == [
        Qdisc("v1", "tbf", "8005:", "root")
    ]


def test_json_is_read_alike() -> None:
    """As iproute2 6.1 prints it."""
    document = [{"kind": "noqueue", "handle": "0:", "dev": "lo", "root": True, "refcnt": 2, "options": {}}]
    assert json_rows(READER, document) == [Qdisc("lo", "noqueue", "0:", "root")]


def test_other_lines_are_told() -> None:
    """Not skipped."""
    assert complaints(READER, "tc qdisc", "nonsense") == [(0, "this does not look like `tc qdisc` output")]
