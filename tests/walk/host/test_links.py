"""Whether a device is alive."""

from podpath.state.failures.device import DeviceDown
from podpath.walk.host.links import dead, for_another
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

DOWN = """7: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default
    link/ether 02:42:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500"""


def test_a_device_that_is_down_passes_nothing() -> None:
    """One that is up, does; a frame for another MAC names both."""
    walk = Walker(world({"n1": node(1, links=DOWN)}))
    (host,) = walk.cluster.hosts()
    links = walk.cluster.netns(host).links
    stopped = dead(walk, host, links["br0"])
    assert stopped is not None
    assert stopped.fact == DeviceDown("br0")
    assert dead(walk, host, links["eth0"]) is None
    said = for_another(walk.cluster.netns(host), links["br0"].row, None)
    assert said == "br0 on n1 has MAC 02:42:00:00:00:01, but the frame is for none"
