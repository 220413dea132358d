"""What BIRD writes."""

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_a_node_has_a_blackhole_for_its_block_and_routes_to_the_others() -> None:
    """And Calico's sets for masquerading."""
    node = compose(load("calico-bgp", 2)).node("n1")
    assert "route replace blackhole 10.100.0.64/26 proto bird" in node.ip
    assert "route replace 10.100.0.128/26 via 192.168.50.12 dev eth0 proto bird" in node.ip
    assert "add cali40all-ipam-pools 10.100.0.0/16" in node.ipset
    assert "cali-nat-outgoing" in node.iptables
