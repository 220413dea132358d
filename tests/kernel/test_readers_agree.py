"""Text and JSON of the same real command give the same rows."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from podpath.readers.bridge_fdb import READER as FDB
from podpath.readers.bridge_link import READER as BRIDGE_LINK
from podpath.readers.interface import Bad, Reader
from podpath.readers.ip_address import READER as ADDRESS
from podpath.readers.ip_link import READER as LINK
from podpath.readers.ip_neigh import READER as NEIGH
from podpath.readers.ip_route import READER as ROUTE
from podpath.readers.ip_rule import READER as RULE
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef

pytestmark = pytest.mark.root

SETUP = """
ip link set lo up
ip link add br0 type bridge
ip link add v0 type veth peer name v1
ip link set v0 master br0 up
ip link set v1 up
ip link set br0 up
ip link set v0 type bridge_slave hairpin on isolated on
ip link set v0 alias to.the.pod
ip address add 10.1.0.1/24 brd + dev br0 label br0:x
ip address add 10.1.0.7/24 dev br0
ip address add 10.3.0.1 peer 10.3.0.2/32 dev v1
ip -6 address add fd00::1/64 dev br0 nodad
ip -6 address add fd00:9::1/128 dev v1 nodad
ip link add vx1 type vxlan id 1 dstport 8472 local 10.1.0.1 dev br0 nolearning
ip link add vx2 type vxlan id 2 dstport 4789 remote 10.1.0.9 dev br0
ip link add vx6 type vxlan id 6 dstport 4791 local fd00::1 dev br0
bridge fdb add 02:00:00:00:00:02 dev vx6 dst fd00::2
ip link add vx3 type vxlan external dstport 4790
ip address add 10.2.0.0/32 dev vx1
ip link set vx1 up
bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.1.0.2
bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.1.0.3
bridge fdb add 02:00:00:00:00:01 dev vx1 dst 10.1.0.2 vni 7 port 4789
bridge fdb add 02:00:00:00:00:03 dev v0 master static
ip neigh add 10.2.1.0 lladdr 02:00:00:00:00:01 dev vx1 nud permanent
ip neigh add fd00::2 lladdr 02:00:00:00:00:02 dev br0 nud stale router
ip neigh add 10.1.0.77 dev br0 nud failed
ip route add 10.2.1.0/24 via 10.2.1.0 dev vx1 onlink
ip route add blackhole 10.9.0.0/16 proto bird
ip route add unreachable 10.10.0.0/16 metric 7
ip route add prohibit 10.11.0.0/16
ip route add throw 10.12.0.0/16 table 52
ip route add 10.8.0.0/16 nexthop via 10.1.0.3 weight 2 nexthop via 10.1.0.4 dev br0
ip route add default via 10.1.0.3 src 10.1.0.7 mtu 1400
ip route add 10.13.0.0/16 via inet6 fd00::3 dev br0
ip -6 route add default via fd00::3 metric 50
ip -6 route add fd01::/64 nexthop via fd00::4 nexthop via fd00::5
ip -6 route add blackhole fd02::/64
ip rule add from 10.0.0.0/8 lookup 52 pref 100
ip rule add not fwmark 0xca6c/0xffff lookup 51820 pref 200
ip rule add to 10.4.0.0/16 iif br0 ipproto tcp dport 80-90 lookup 52 pref 300
ip rule add lookup main suppress_prefixlength 0 pref 400
ip rule add from 10.5.0.1 unreachable pref 500
ip rule add goto 500 pref 450
ip -6 rule add from fd00::/8 lookup 52 pref 100
"""

_NO_DAD = "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad"


class Case(NamedTuple):
    """A pair of command lines that print the same."""

    reader: Reader
    text: str
    json: str


CASES = [
    Case(LINK, "ip -d link", "ip -j -d link"),
    Case(LINK, "ip -d -o link", "ip -j -d link"),
    Case(ADDRESS, "ip -d address", "ip -j -d address"),
    Case(ROUTE, "ip route", "ip -j route"),
    Case(ROUTE, "ip -o route", "ip -j route"),
    Case(ROUTE, "ip route show table all", "ip -j route show table all"),
    Case(ROUTE, "ip route show table 52", "ip -j route show table 52"),
    Case(ROUTE, "ip -6 route", "ip -j -6 route"),
    Case(ROUTE, "ip route show dev vx1", "ip -j route show dev vx1"),
    Case(RULE, "ip rule", "ip -j rule"),
    Case(RULE, "ip -6 rule", "ip -j -6 rule"),
    Case(NEIGH, "ip neigh", "ip -j neigh"),
    Case(NEIGH, "ip neigh show dev vx1", "ip -j neigh show dev vx1"),
    Case(FDB, "bridge fdb show", "bridge -j fdb show"),
    Case(FDB, "bridge fdb show dev vx1", "bridge -j fdb show dev vx1"),
    Case(FDB, "bridge fdb show br br0", "bridge -j fdb show br br0"),
    Case(BRIDGE_LINK, "bridge -d link", "bridge -j -d link"),
]


@pytest.fixture(scope="module")
def netns() -> Iterator[str]:
    """Return a namespace with some of everything."""
    name = f"pp-read-{secrets.token_hex(3)}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        # No address is tentative, so nothing changes between the two commands.
        subprocess.run(["ip", "netns", "exec", name, "sh", "-c", _NO_DAD], check=True)
        for line in SETUP.strip().splitlines():
            done = subprocess.run(["ip", "netns", "exec", name, *line.split()], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}: {done.stderr}"
        yield name
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)


def printed(netns: str, command: str) -> str:
    """Return what a command prints in a namespace."""
    words = ["ip", "netns", "exec", netns, *command.split()]
    return subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_text_and_json_say_the_same(netns: str, case: Case) -> None:
    """iproute2's own JSON is the judge of how its text is read."""
    lines = printed(netns, case.text).splitlines()
    sections = [p for p in Transcript("f", NodeRef("f")).read([f"$ {case.text}", *lines]) if isinstance(p, Section)]
    assert [section.reader.name for section in sections] == [case.reader.name]
    assert case.reader.read is not None
    assert case.reader.read_json is not None
    text = [row for _, row in case.reader.read(case.text.split(), sections[0].lines)]
    document = json.loads(printed(netns, case.json) or "[]")
    rows = [row for _, row in case.reader.read_json(case.json.split(), document)]
    assert not [row for row in [*text, *rows] if isinstance(row, Bad)]
    assert len(text) > 0
    assert sorted(map(key, text)) == sorted(map(key, rows))


def key(row: object) -> str:
    """Return a row as text, without what one of the two forms does not print."""
    assert isinstance(row, tuple)
    fields = dict(row._asdict())  # type: ignore[attr-defined]
    fields.pop("ageing", None)
    if isinstance(fields.get("flags"), str):
        fields["flags"] = ",".join(sorted(fields["flags"].split(",")))
    return f"{type(row).__name__} {fields}"
