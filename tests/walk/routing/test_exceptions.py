"""What next hops have learned comes before the routing table: redirects and path MTUs, judged by real packets."""

from collections.abc import Iterator

import pytest

from podpath.readers.ip_route_get import READER
from podpath.snapshot.store import Store
from podpath.state.address import V4_BASE, Ip, family_of, parse_ip
from podpath.state.route import Route, RouteException
from podpath.walk.namespace import Namespace
from podpath.walk.routing.exceptions import learned
from podpath.walk.routing.fib import Fib, Want
from podpath.walk.tables import Tables
from tests.engines import wait_for
from tests.walk.judge import said
from tests.walk.real import Lab, Probe, needs_root

DST, ONE, TWO = parse_ip("10.2.0.2"), parse_ip("10.1.0.3"), parse_ip("10.1.0.4")
_LINES = """
sw: ip link add br0 type bridge
sw: ip link set br0 up
sw: ip link add pa type veth peer name eth0 netns {a}
sw: ip link add p1 type veth peer name eth0 netns {r1}
sw: ip link add p2 type veth peer name eth0 netns {r2}
sw: ip link set pa master br0 up
sw: ip link set p1 master br0 up
sw: ip link set p2 master br0 up
b: ip link add br0 type bridge
b: ip link set br0 up
b: ip link add p1 type veth peer name eth1 netns {r1}
b: ip link add p2 type veth peer name eth1 netns {r2}
b: ip link set p1 master br0 up
b: ip link set p2 master br0 up
a: ip link set eth0 up
r1: ip link set eth0 address 02:00:00:00:00:11 up
r2: ip link set eth0 address 02:00:00:00:00:12 up
r1: ip link set eth1 up
r2: ip link set eth1 up
a: ip address add 10.1.0.2/24 dev eth0
a: ip address add fd00:1::2/64 dev eth0 nodad
r1: ip address add 10.1.0.3/24 dev eth0
r2: ip address add 10.1.0.4/24 dev eth0
r1: ip address add fd00:1::3/64 dev eth0 nodad
r2: ip address add fd00:1::4/64 dev eth0 nodad
r1: ip address add 10.2.0.3/24 dev eth1
r2: ip address add 10.2.0.4/24 dev eth1
r1: ip address add fd00:2::3/64 dev eth1 nodad
r2: ip address add fd00:2::4/64 dev eth1 nodad
b: ip address add 10.2.0.2/24 dev br0
b: ip address add fd00:2::2/64 dev br0 nodad
a: ip route add default via 10.1.0.3
a: ip route add default via fe80::ff:fe00:11 dev eth0
b: ip route add 10.1.0.0/24 via 10.2.0.3
b: ip route add fd00:1::/64 via fd00:2::3
r1: ip route add 10.2.0.2 via 10.1.0.4
r1: ip route add fd00:2::2 via fe80::ff:fe00:12 dev eth0
""".strip().splitlines()


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A host between two routers of which one has told it that the other is nearer, and both know the way by now."""
    needs_root()
    with Lab() as made:
        made.add("a", "sw", "r1", "r2", "b")
        made.run(_LINES)
        for router in ("r1", "r2"):
            for setting in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
                made.sysctl(router, setting, "1")
            for dev in ("all", "eth0", "eth1"):
                made.sysctl(router, f"net.ipv4.conf.{dev}.rp_filter", "0")
        for dev in ("all", "eth0"):
            made.sysctl("a", f"net.ipv4.conf.{dev}.secure_redirects", "0")
        made.listen("b")
        assert made.send([Probe("a", "10.1.0.4")]) == ["delivered"]  # a redirect to a neighbour that is not known is not learned
        # The first packets wait for five neighbours to be resolved, which a busy machine does slowly.
        for address in ("10.2.0.2", "fd00:2::2"):
            wait_for(f"packets reach {address}", lambda to=address: made.send([Probe("a", to)]) == ["delivered"])  # type: ignore[misc]
        made.run(["r1: ip route del 10.2.0.2", "r1: ip route del fd00:2::2"])
        yield made


def _agree(lab: Lab, *probes: Probe) -> list[str]:
    """Check that the walk says what the packets do, and return it."""
    walked = [found for found, _ in said(lab, probes)]
    seen = lab.send(probes)
    assert walked == [{one} for one in seen]
    return seen


def _captured(lab: Lab) -> list[RouteException]:
    """Return what a capture holds, checked against what ``ip`` prints."""
    with lab.capture() as store:
        ns = next(ns for ns, name in store.raw("SELECT ns, name FROM netns") if name == "a")
        rows = [held.row._replace(table=None) for held in Tables(store).rows(ns, RouteException)]
    printed = []
    for family in (4, 6):
        words = ["ip", f"-{family}", "route", "show", "cache"]
        assert READER.read is not None
        printed += [row for _, row in READER.read(words, lab.printed("a", " ".join(words)).splitlines())]
    assert rows == printed
    return rows


@pytest.mark.root
def test_a_learned_redirect_and_a_learned_mtu_come_before_the_table(lab: Lab) -> None:
    """Until the cache is flushed, or a new route takes their place; what a router has learned is not for what it sends on."""
    both = (Probe("a", "10.2.0.2"), Probe("a", "fd00:2::2"))
    lab.run(["r2: ip link set eth1 mtu 1400"])
    large = (
        Probe("a", "10.2.0.2", "udp", size=1450, dont_fragment=True),
        Probe("a", "fd00:2::2", "udp", size=1450, dont_fragment=True),
    )
    assert lab.send(large) == ["EMSGSIZE"] * 2  # it is told
    assert _agree(lab, *both, *large) == ["delivered"] * 2 + ["EMSGSIZE"] * 2
    assert len(_captured(lab)) == len(both)
    lab.run(["r2: sysctl net.ipv4.ip_forward=0", "r2: sysctl net.ipv6.conf.all.forwarding=0"])
    assert _agree(lab, *both) == ["timeout"] * 2
    trace = said(lab, both[:1])[0][1]
    assert trace is not None
    assert trace.cause is not None
    assert trace.cause.check == "redirect-stale"
    assert trace.cause.fix_lines == ("on lab: ip netns exec a ip route flush cache",)
    lab.run(["a: ip route flush cache"])
    assert _agree(lab, *both) == ["delivered", "timeout"]
    lab.batch("a", ["route flush cache"], family=6)
    assert _agree(lab, *both, large[0]) == ["delivered"] * 3


@pytest.mark.parametrize(
    ("rows", "dst", "expected"),
    [
        ([], DST, (TWO, True)),
        ([Route(4, "main", "unicast", parse_ip("10.2.0.0"), 16, ONE, "eth0")], DST, (TWO, True)),
        ([Route(4, "main", "unicast", parse_ip("10.2.0.0"), 16, parse_ip("10.1.0.9"), "eth0")], DST, (TWO, False)),
        ([Route(4, "main", "unicast", parse_ip("10.2.0.0"), 16, ONE, "eth1")], DST, None),
        ([Route(4, "main", "unicast", parse_ip("10.3.0.0"), 16, parse_ip("10.1.0.9"), "eth0")], DST, (TWO, True)),
        ([], parse_ip("10.2.0.3"), None),
    ],
    ids=["default", "alike", "which of two", "another device", "another prefix", "another destination"],
)
def test_who_has_learned_it_is_not_printed(rows: list[Route], dst: Ip, expected: tuple[int, bool] | None) -> None:
    """Only where no other next hop can have learned it is it sure that the chosen one has."""
    with Store() as store:
        ns = store.netns(store.node("n"))
        default = Route(4, "main", "unicast", Ip(V4_BASE), 0, ONE, "eth0")
        exception = RouteException(4, DST, "eth0", TWO, redirected=True)
        store.add(ns, 0, [(0, default), *((0, row) for row in rows), (0, exception)])
        store.flush()
        netns = Namespace(Tables(store).rows, ns, "n", "")
        fib = Fib(netns, family_of(DST))
        found = fib.lookup("main", Want(dst))
        assert found is not None
        got = learned(netns, fib, found.entry, found.hops[0], dst)
    assert (None if got is None else (got.held.row.via, got.sure)) == expected
