"""A way's end, and what led to it; tests/walk/test_lab_truth.py tries it on whole clusters."""

from podpath.api.snapshots import pasted
from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.state.finding import Words
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.roots.order import rooted
from podpath.walk.events import Diagnosis, Outcome, Path, Send
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker


def test_a_cause_that_is_no_symptom_stays() -> None:
    """And so does a symptom, where nobody captured has the address."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.flush()
        walker = Walker(Cluster(store))
        packet = Packet(Ip(1), Ip(2), "icmpv6")
        for check in ("device-down", "route-missing"):
            cause = Diagnosis(Words(check, "it is so"), ns)
            assert rooted(walker, Path(Outcome(Verdict.DROPPED, "", ns, cause=cause, packet=packet))) == cause
        assert rooted(walker, Path(Outcome(Verdict.DELIVERED, "", ns))) is None


def refused(*commands: str) -> Diagnosis | None:
    """Return the root of a packet that ends at a route of the type blackhole or unreachable on n1."""
    host = "ip -d address\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n"
    host += "    link/ether 02:00:00:00:00:0{0} brd ff:ff:ff:ff:ff:ff\n"
    host += "    inet 192.0.2.{0}/24 scope global eth0\n"
    text = f"[root@n1 ~]# {host.format(1)}" + "".join(f"[root@n1 ~]# {command}\n" for command in commands)
    text += f"[root@n2 ~]# {host.format(2)}[root@n2 ~]# ip netns exec p2 ip -d address\n"
    text += "2: eth0@if9: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    link/ether 02:00:00:00:00:22 brd ff:ff:ff:ff:ff:ff\n"
    text += "    inet 10.244.2.10/24 scope global eth0\n"
    with pasted(text, "text") as store:
        cluster = Cluster(store)
        walker = Walker(cluster)
        (source,) = (ns for ns, _ in cluster.owners(parse_ip("192.0.2.1")))
        packet = Packet(parse_ip("192.0.2.1"), parse_ip("10.244.2.10"), "icmp")
        (path,) = walker.follow(Send(source, packet))
        return rooted(walker, path)


ROUTES = "ip route show table all\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1\n"


def test_a_narrower_route_that_refuses_is_the_root() -> None:
    """Where a wider one would carry the packet to a captured peer; the default route would not."""
    wide = "10.244.2.0/24 via 192.0.2.2 dev eth0\n"
    found = refused(f"{ROUTES}{wide}unreachable 10.244.2.0/25 metric 0")
    assert found is not None
    assert (found.name, found.summary) == (
        "route-overlap-more-specific",
        "n1 drops 10.244.2.0/25 of n2: a route of type unreachable is more specific than the one to 10.244.2.0/24",
    )
    alone = refused(f"{ROUTES}default via 192.0.2.2 dev eth0\nunreachable 10.244.2.0/25")
    assert alone is not None
    assert alone.name == "route-refuses"


def test_its_fix_names_the_table_that_holds_it() -> None:
    """`ip route del` looks in the table main otherwise (ip-route(8))."""
    rules = "ip rule show\n0:\tfrom all lookup local\n100:\tfrom all lookup 77\n32766:\tfrom all lookup main"
    wide, narrow = "10.244.2.0/24 via 192.0.2.2 dev eth0 table 77\n", "unreachable 10.244.2.0/25 table 77"
    found = refused(f"{ROUTES}{wide}{narrow}", rules)
    assert found is not None
    assert [step.text for step in found.words.fix] == ["ip route del unreachable 10.244.2.0/25 table 77"]


def test_a_block_of_calico_that_refuses_a_peers_pod_is_the_root() -> None:
    """By the protocol of its route; a blackhole of somebody else is what it is."""
    found = refused(f"{ROUTES}blackhole 10.244.2.0/26 proto bird")
    assert found is not None
    assert found.name == "calico-borrowed-ip-blackhole"
    other = refused(f"{ROUTES}blackhole 10.244.2.0/26 proto static")
    assert other is not None
    assert other.name == "route-refuses"
