"""The network between nodes: what the two ends tell of it."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, steps, trace, world


def test_two_nodes_of_one_network_reach_each_other() -> None:
    """Their addresses and MACs are the evidence for a shared segment."""
    told = trace(world({"n1": node(1), "n2": node(2)}), "n1", "n2")
    assert told.verdict is Verdict.DELIVERED
    assert "n1 eth0: the network between nodes carries it to eth0 of n2" in steps(told)


def test_a_mac_that_no_node_has_is_told_at_the_sender() -> None:
    """The owner of the address is known, and has another MAC."""
    stale = node(1).replace("lladdr 02:00:00:00:00:02", "lladdr 02:00:00:00:00:77")
    told = trace(world({"n1": stale, "n2": node(2)}), "n1", "n2")
    assert told.verdict is Verdict.DROPPED
    assert told.cause is not None
    assert (told.cause.check, told.cause.node, told.cause.confidence) == ("neighbour-wrong-mac", "n1", "likely")
    assert "02:00:00:00:00:77" in told.cause.summary


def test_a_node_that_is_not_in_the_snapshot_is_unknown() -> None:
    """And the command says to capture it."""
    told = trace(world({"n1": node(1)}), "n1", "192.168.0.2")
    assert told.verdict is Verdict.UNKNOWN
    assert any("podpath collect" in unknown.command for unknown in told.unknowns)


def test_gateways_that_nobody_captured_carry_packets_between_networks_of_nodes() -> None:
    """A routed underlay: the node at the far end is captured, what lies between is not."""
    far = node(2).replace("192.168.0.", "192.168.9.")
    routes = "default via 192.168.0.254 dev eth0"
    near = node(1, "# ip neigh show\n192.168.0.254 dev eth0 lladdr 02:00:00:00:ff:01 REACHABLE", routes=routes)
    told = trace(world({"n1": near, "n2": far}), "n1", "192.168.9.2")
    assert told.forward.verdict is Verdict.DELIVERED, steps(told)
    assert any("gateways that were not captured" in step for step in steps(told))


def test_a_frame_longer_than_the_receivers_mtu_may_be_lost() -> None:
    """A card may take it, a veth never does (is_skb_forwardable)."""
    for name, more, verdict in (("eth0", "", Verdict.UNKNOWN), ("eth0@if9", "\n    veth", Verdict.DROPPED)):
        small = node(2).replace("2: eth0: <", f"2: {name}: <").replace("mtu 1500", "mtu 1400")
        small = small.replace("brd ff:ff:ff:ff:ff:ff\n", f"brd ff:ff:ff:ff:ff:ff{more}\n", 1)
        told = trace(world({"n1": node(1), "n2": small}), "n1", "192.168.0.2", size=1450, dont_fragment=True)
        assert told.forward.verdict is verdict
        if verdict is Verdict.UNKNOWN:
            assert "longer than its MTU" in told.unknowns[0].missing
        else:
            assert told.cause is not None
            assert (told.cause.check, told.cause.node) == ("mtu-exceeds-path", "n2")
        assert trace(world({"n1": node(1), "n2": small}), "n1", "192.168.0.2", size=1404).forward.verdict is Verdict.DELIVERED
