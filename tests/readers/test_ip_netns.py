"""``ip netns``."""

from podpath.readers.ip_netns import READER
from podpath.state.host import NetnsName
from tests.readers.helper import rows


def test_names_and_ids_are_read() -> None:
    """`list` and `list-id` of old and new versions."""
    assert rows(READER, "ip netns list", "web (id: 3)\nblue\n") == [NetnsName("web", 3), NetnsName("blue")]
    text = "nsid 0 (iproute2 netns name: web)\nnsid 1 \n"
    assert rows(READER, "ip netns list-id", text) == [NetnsName("web", 0), NetnsName("", 1)]


def test_only_listing_is_accepted() -> None:
    """`ip netns exec` runs something else."""
    assert READER.accepts(["ip", "netns"]) is not None
    assert READER.accepts(["ip", "netns", "add", "x"]) is None
