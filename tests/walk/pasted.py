"""Worlds from pasted text: what this kernel has no driver for, and what nobody captured."""

from collections.abc import Iterable

from podpath.report.steps import sentence
from podpath.snapshot import leftovers
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.trace import Trace
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import endpoint
from podpath.walk.trace import Ask, Tracer
from podpath.walk.what_if.commands import changes


def world(texts: dict[str, str], *, assume: Iterable[str] = (), what_if: Iterable[str] = ()) -> Cluster:
    """Return the world that texts of nodes show."""
    store = Store()
    for node, text in texts.items():
        load_text(store, f"{node}.txt", node, None, text.splitlines())
    merge(store)
    link_up(store)
    leftovers.remove(store._folder)  # all is loaded; the store itself lives in memory
    return Cluster(store, changes(store, list(what_if)), assume)


def trace(shown: Cluster, source: str, target: str, **asked: object) -> Trace:
    """Trace between two names."""
    return Tracer(shown).trace(Ask(source=endpoint(shown, source), destination=endpoint(shown, target), **asked))  # type: ignore[arg-type]


def steps(told: Trace) -> list[str]:
    """Return what happened on the way there, in words."""
    return [f"{step.node} {step.interface}: {sentence(step.facts)}" for step in told.forward.worst.steps]


SETTINGS = """
# sysctl -a
net.ipv4.ip_forward = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.all.arp_ignore = 0
net.ipv4.conf.all.accept_local = 0
net.ipv4.conf.all.arp_announce = 0
net.ipv4.conf.all.proxy_arp = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth0.arp_ignore = 0
net.ipv4.conf.eth0.accept_local = 0
net.ipv4.conf.eth0.forwarding = 1
# iptables-save -c
# nft list ruleset
# ip rule show
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
# ss -tulnp
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port
"""


def node(number: int, *more: str, links: str = "", routes: str = "", local: str = "") -> str:
    """Return what a person pastes of a node with eth0 on 192.168.0.0/24."""
    return "\n".join((
        "# ip -d address show",
        f"2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default\n"
        f"    link/ether 02:00:00:00:00:0{number} brd ff:ff:ff:ff:ff:ff\n"
        f"    inet 192.168.0.{number}/24 brd 192.168.0.255 scope global eth0\n       valid_lft forever preferred_lft forever",
        links,
        "# ip route show table all",
        f"192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.{number}",
        routes,
        f"local 192.168.0.{number} dev eth0 table local proto kernel scope host src 192.168.0.{number}",
        local,
        "# ip neigh show",
        *(f"192.168.0.{other} dev eth0 lladdr 02:00:00:00:00:0{other} REACHABLE" for other in (1, 2) if other != number),
        SETTINGS, *more,
    ))  # fmt: skip
