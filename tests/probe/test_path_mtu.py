"""The largest packet that passes."""

from collections.abc import Iterator

import pytest

from podpath.probe.path_mtu import path_mtu
from podpath.probe.sender import Target
from tests.netlink.space import Space

pytestmark = pytest.mark.root


@pytest.fixture
def narrow() -> Iterator[tuple[Space, Space]]:
    """Return two hosts, and a router between them whose second link takes 1,400 bytes."""
    with Space() as left, Space() as router, Space() as right:
        for number, host in ((1, left), (2, right)):
            router.do(f"ip link add v{number} type veth peer name eth0 netns {host.name}")
            router.do(f"ip address add 10.77.{number}.1/24 dev v{number}", f"ip link set v{number} up")
            host.do(f"ip address add 10.77.{number}.2/24 dev eth0", "ip link set eth0 up")
            host.do(f"ip route add default via 10.77.{number}.1")
        router.do("sysctl -qw net.ipv4.ip_forward=1", "ip link set v2 mtu 1400")
        right.do("ip link set eth0 mtu 1400")
        yield left, router


def test_the_smallest_link_is_found(narrow: tuple[Space, Space]) -> None:
    """By the router's errors, to the byte; what fits is answered."""
    left, _ = narrow
    assert path_mtu("icmp", Target("10.77.2.2", size=1500), left.inside) == 1400
    assert path_mtu("icmp", Target("10.77.2.2", size=1200), left.inside) == 1200


def test_nothing_is_found_where_nothing_passes(narrow: tuple[Space, Space]) -> None:
    """Nor where no size was asked for."""
    left, router = narrow
    router.do("ip link set v2 down")
    assert path_mtu("icmp", Target("10.77.2.2", size=1500), left.inside) is None
    assert path_mtu("icmp", Target("10.77.2.2"), left.inside) is None


@pytest.mark.long
def test_a_router_that_keeps_silent_hides_nothing(narrow: tuple[Space, Space]) -> None:
    """Its errors are lost on the way: what is too large gets no answer, and the same size is found."""
    left, router = narrow
    router.run("nft", "add table ip t; add chain ip t o { type filter hook output priority 0; policy drop; }")
    assert path_mtu("icmp", Target("10.77.2.2", size=1500), left.inside) == 1400
