"""`ethtool -k`."""

from podpath.readers.ethtool import READER
from podpath.state.evidence import covers
from podpath.state.host import Feature
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
Features for v0:
rx-checksumming: on
tx-checksumming: on
\ttx-checksum-ipv4: off [fixed]
\ttx-checksum-sctp: off [requested on]
tcp-segmentation-offload: on
"""


def test_list() -> None:
    """A feature is on or off, and may be fixed so."""
    assert rows(READER, "ethtool -k v0", TEXT) == [
        Feature("v0", "rx-checksumming", on=True), Feature("v0", "tx-checksumming", on=True),
        Feature("v0", "tx-checksum-ipv4", on=False, fixed=True), Feature("v0", "tx-checksum-sctp", on=False),
        Feature("v0", "tcp-segmentation-offload", on=True),
    ]  # fmt: skip


def test_json() -> None:
    """JSON says the same."""
    document = [{"ifname": "lo", "rx-checksumming": {"active": True, "fixed": True, "requested": True}}]
    assert json_rows(READER, document) == [Feature("lo", "rx-checksumming", on=True, fixed=True)]


def test_absence_and_damage() -> None:
    """A device that does not exist is no complaint; a line of another form is one."""
    text = "netlink error: no device matches name (offset 24)\nnetlink error: No such device\nlro: maybe\n"
    assert complaints(READER, "ethtool -k v0", text) == [
        (2, 'this looks like `ethtool -k` output but "lro:" is not followed by on or off')
    ]


def test_coverage() -> None:
    """All features of one device are shown."""
    assert READER.accepts(["ethtool", "-k", "v0"]) == (covers(Feature, dev="v0"),)
    assert READER.accepts(["ethtool", "--show-features", "v0"]) == (covers(Feature, dev="v0"),)
    assert READER.accepts(["ethtool", "-K", "v0", "tx", "off"]) is None
    assert READER.accepts(["ethtool", "v0"]) is None
