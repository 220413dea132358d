"""``bridge link``."""

from podpath.readers.bridge_link import READER
from podpath.state.link import BridgePort, Link
from tests.readers.helper import rows

TEXT = """\
4: v0@if3: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 master br0 state disabled priority 32 cost 2
    hairpin on guard off learning on flood off neigh_suppress off isolated on
"""


def test_a_port_is_read_with_the_flags_below_it() -> None:
    """A port without carrier is disabled."""
    link, port = rows(READER, "bridge -d link", TEXT)
    assert isinstance(link, Link)
    assert (link.name, link.master, link.up, link.carrier, link.peer_index) == ("v0", "br0", True, False, 3)
    assert port == BridgePort("v0", "br0", None, "disabled", hairpin=True, isolated=True, learning=True, flood=False,
                              neigh_suppress=False)  # fmt: skip


def test_the_name_after_the_at_sign_is_nobodys() -> None:
    """It is that of the device here which has the other end's index, wherever the other end is (ll_index_to_name)."""
    link, _ = rows(READER, "bridge -d link", TEXT.replace("v0@if3", "v0@eth0"))
    assert isinstance(link, Link)
    assert (link.name, link.parent, link.peer_index) == ("v0", None, None)
