"""A frame that its receiver dropped as another host's."""

from podpath.state.address import parse_ip, parse_mac
from podpath.walk.diagnosis.other_host import cause_of
from podpath.walk.events import OtherHost
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world


def test_a_mac_that_is_not_the_devices_own_is_the_cause() -> None:
    """Of a VXLAN device it has another name, because another program writes that entry."""
    shown = world({"n1": node(1)})
    ((ns, dev),) = shown.owners(parse_ip("192.168.0.1"))
    link = shown.netns(ns).links[dev]
    found = cause_of(Walker(shown), OtherHost(ns, link, parse_mac("02:00:00:00:00:99")))
    assert found.name == "neighbour-wrong-mac"
    assert "02:00:00:00:00:99" in found.words.fix[0].text
    assert "02:00:00:00:00:99" in found.summary
    tunnel = link._replace(row=link.row._replace(kind="vxlan"))
    told = cause_of(Walker(shown), OtherHost(ns, tunnel, parse_mac("02:00:00:00:00:99")))
    assert told.name == "vtep-mac-mismatch"
    assert told.words.fix[0].text == f"ip link set {dev} address 02:00:00:00:00:99"
