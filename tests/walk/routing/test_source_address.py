"""Random addresses and routes: the walk chooses the source that the kernel chooses (``ip route get``)."""

import random

import pytest

from podpath.netlink import link
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, dump
from podpath.netlink.sock import Netlink
from podpath.state.address import Ip, ip_text, parse_ip
from podpath.walk.cluster import Cluster
from podpath.walk.host.routes import choose_source
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker
from tests.seeds import fresh_seed
from tests.walk.real import Lab, needs_root
from tests.walk.route_get import Query, route_get


def lines(chance: random.Random) -> list[str]:
    """Return addresses and routes by chance."""
    found = []
    for number in range(3):
        for _ in range(chance.randint(0, 3)):
            host, length = chance.randint(1, 250), chance.choice((24, 25, 32))
            scope = chance.choice(("", "", "scope link"))
            found.append(f"address add 10.{number}.0.{host}/{length} dev d{number} {scope}")
            six = chance.choice((f"fd0{number}::{host:x}/64", f"2001:db8:{number}::{host:x}/64", f"fe80::{host:x}/64"))
            found.append(f"address add {six} dev d{number} nodad {chance.choice(('', '', 'preferred_lft 0'))}")
    for _ in range(8):
        number = chance.randint(0, 2)
        found.append(f"route add 10.{chance.randint(3, 6)}.0.0/16 dev d{number} {chance.choice(('', 'scope link'))}")
        found.append(f"route add 10.{chance.randint(7, 9)}.0.0/16 via 10.{number}.0.254 dev d{number} onlink")
        found.append(f"route add fd{chance.randint(10, 14)}::/16 dev d{number}")
        found.append(f"route add 2001:db8:{chance.randint(5, 9)}::/48 via fe80::99 dev d{number}")
    return found


def disagreements(seed: int) -> list[str]:
    """Return the destinations for which the two choose differently."""
    chance = random.Random(seed)
    wrong = []
    with Lab() as lab:
        lab.add("r", "far")
        for number in range(3):
            lab.batch("r", [f"link add d{number} type veth peer name e{number} netns {{far}}", f"link set d{number} up"])
            lab.batch("far", [f"link set e{number} up"])
        lab.settle()
        lab.batch("r", lines(chance), force=True)
        with lab.capture() as store:
            ns = store.raw("SELECT ns FROM netns WHERE name = 'r'")[0][0]
            walker, devices = Walker(Cluster(store)), Devices()
            with lab.inside("r", lambda: Netlink(NETLINK_ROUTE)) as opened:
                list(link.rows(dump(opened, link.TABLE), devices))
                for number in range(10):
                    for text in (f"10.{number}.0.9", f"fd0{number}::9", f"fd{number + 10}::9", f"2001:db8:{number}::9"):
                        rows = route_get(opened, devices, Query(parse_ip(text)), match=False)
                        seen = rows[0].prefsrc if not isinstance(rows, str) else None
                        said = choose_source(walker, ns, Packet(Ip(0), parse_ip(text), "udp"))
                        if (said or None) != seen:
                            wrong.append(
                                f"{text}: said {ip_text(said) if said else None}, the kernel {ip_text(seen) if seen else None}"
                            )
    return wrong


@pytest.mark.root
def test_the_walk_chooses_the_source_that_the_kernel_chooses() -> None:
    """Fixed seeds, and a fresh one."""
    needs_root()
    fresh = fresh_seed()
    print("seed", fresh)  # noqa: T201 - shown when the test fails
    for seed in (*range(6), fresh):
        assert disagreements(seed) == [], f"seed {seed}"
