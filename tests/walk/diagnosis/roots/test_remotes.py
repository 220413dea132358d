"""A forwarding entry that leads to the wrong node: by real packets in tests/walk/devices/cases/vxlan.yaml."""

from podpath.causes.addresses import duplicate_address
from podpath.causes.overlay import vtep_mac_mismatch
from podpath.causes.routing import routing_loop
from podpath.state.address import parse_ip, parse_mac
from podpath.state.step import Bypassed, RemoteFound
from podpath.state.trace import Verdict
from podpath.walk.diagnosis.roots.remotes import misled, returned
from podpath.walk.events import Diagnosis, Outcome, Path, Step
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

TUNNEL = """7: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default
    link/ether 02:00:00:00:00:{mac} brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 192.168.0.{own} dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300
    inet 10.42.{own}.0/32 scope global flannel.1
       valid_lft forever preferred_lft forever"""


def test_the_entry_is_the_cause_where_another_node_has_the_mac() -> None:
    """With the command that points it there; a MAC that nobody has is none of its business, nor is another cause."""
    shown = world({f"n{i}": node(i, links=TUNNEL.format(mac=f"1{i}", own=i)) for i in (1, 2)})
    walker = Walker(shown)
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    seen = Diagnosis(vtep_mac_mismatch.received("flannel.1", "n3", "", ""), 0)

    def path(mac: str, remote: str) -> Path:
        found = RemoteFound(parse_mac(mac), parse_ip(remote))
        return Path(Outcome(Verdict.DROPPED, "", ns, cause=seen), (Step(ns, "flannel.1", found),))

    cause = misled(walker, path("02:00:00:00:00:12", "192.168.0.3"), seen)
    assert cause is not None
    assert (cause.ns, cause.name) == (ns, "fdb-stale-vtep-ip")
    assert cause.words.fix[0].text == "bridge fdb replace 02:00:00:00:00:12 dev flannel.1 dst 192.168.0.2 self permanent"
    assert misled(walker, path("02:00:00:00:00:99", "192.168.0.3"), seen) is None
    assert misled(walker, path("02:00:00:00:00:12", "192.168.0.2"), seen) is None
    assert misled(walker, path("02:00:00:00:00:12", "192.168.0.3"), Diagnosis(routing_loop.circle("eth0"), ns)) is None


def test_an_address_that_both_nodes_have_is_the_cause_where_a_frame_comes_back() -> None:
    """Its tunnel is the one to be moved; an entry for another address is the cause itself."""
    links = {i: TUNNEL.format(mac=f"1{i}", own=i).replace("local 192.168.0.2", "local 10.0.2.15") for i in (1, 2)}
    shown = world({f"n{i}": node(i, links=links[i]) for i in (1, 2)})
    walker = Walker(shown)
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    martian = Diagnosis(duplicate_address.of_sender("10.42.1.0", "flannel.1"), ns)

    def path(remote: str, *more: Step) -> Path:
        found = Step(ns, "flannel.1", RemoteFound(parse_mac("02:00:00:00:00:12"), parse_ip(remote)))
        return Path(Outcome(Verdict.DROPPED, "", ns, cause=martian), (found, *more))

    def back(remote: str) -> Step:
        return Step(ns, "flannel.1", Bypassed(parse_ip(remote), "flannel.1"))

    cause = returned(walker, path("10.0.2.15", back("10.0.2.15")), martian)
    assert cause is not None
    assert (cause.name, shown.netns(cause.ns).node) == ("wrong-underlay-interface", "n2")
    assert "sends from 10.0.2.15, which n1 has, too" in cause.summary
    stale = returned(walker, path("192.168.0.1", back("192.168.0.1")), martian)
    assert stale is not None
    assert (stale.name, shown.netns(stale.ns).node) == ("fdb-stale-vtep-ip", "n1")
    assert returned(walker, path("10.0.2.15"), martian) is None
