"""Healthy labs of which random tables of random nodes are not captured: no false error, and no packet that is called lost."""

import random
from typing import Final

import pytest

from podpath import lab
from podpath.checks.engine.run import run_checks
from podpath.lab.matrix import measure
from podpath.snapshot.store import Store
from podpath.state.address import Ip, family_of, ip_text
from podpath.state.finding import Severity
from podpath.state.table import tables
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.walk.clusters import Inhabited

TAKEN: Final = {
    "link": ("link", "vxlan", "tunnel", "bridge", "bridge_port", "vlan", "offload", "qdisc"), "address": ("address",),
    "route": ("route", "nexthop"), "rule": ("rule",), "neighbour": ("neighbour",), "fdb": ("fdb",), "sysctl": ("sysctl",),
    "ruleset": ("ruleset",), "socket": ("socket",),
}  # fmt: skip
"""Tables that one command shows: who did not run it lacks them all."""
_SHARE: Final = 0.15
_ROUNDS: Final = 6
_PAIRS: Final = 8


def take(store: Store, chance: random.Random) -> str:
    """Take what some commands show out of a snapshot, and of half of them what only a live capture knows; return what is gone."""
    known, gone = tables().keys(), []
    inside = "ns IN (SELECT ns FROM netns WHERE node = ?)"
    for (node,) in store.raw("SELECT node FROM node ORDER BY node"):
        for name in [name for name in TAKEN if chance.random() < _SHARE]:
            gone.append(f"{name} of {node}")
            for table in TAKEN[name]:
                if table in known:
                    store.connection.execute(f'DELETE FROM "{table}" WHERE {inside}', [node])
                store.connection.execute(f'DELETE FROM coverage WHERE "table" = ? AND {inside}', [table, node])
            if name == "ruleset":
                store.connection.execute(f"DELETE FROM source WHERE {inside}", [node])
    if chance.random() < 0.5:
        store.connection.execute("UPDATE netns SET inode = NULL")
        store.connection.execute("DELETE FROM netns_id")
        gone.append("which namespace an identifier is")
    return ", ".join(gone)


def lost(store: Store, ends: list[Ip], chance: random.Random) -> list[str]:
    """Return the pairs of which a trace says that a packet is lost."""
    tracer = Tracer(Cluster(store, assumed=("asked-address",)))
    pairs = [(one, two) for one in ends for two in ends if one != two and family_of(one) == family_of(two)]
    found = []
    for one, two in chance.sample(pairs, min(_PAIRS, len(pairs))):
        try:
            source, target = (endpoint(tracer.cluster, ip_text(ip)) for ip in (one, two))
            told = tracer.trace(Ask(source=source, destination=target))
        except EndpointError:
            continue
        if told.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
            found.append(f"{ip_text(one)} -> {ip_text(two)}: {told.verdict}, {told.cause.summary if told.cause else ''}")
    return found


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("topology", ["flannel-vxlan", "dual-stack", "calico-bgp", "flannel-hostgw", "canal"])
def test_what_is_not_known_is_never_a_fault(topology: str, seed: int) -> None:
    """The lab is healthy, so that every pair is delivered or unknown, and no check finds an error."""
    chance = random.Random(seed)
    wrong: list[str] = []
    with lab.cluster(topology) as made, Inhabited(made) as spaces:
        spaces.hurry()
        measure(made, made.plan.expectation([]), sources=lambda end: end.sends, targets=lambda end: end.sends, patience=1)
        for _ in range(_ROUNDS):
            with spaces.capture() as store:
                ends = [Ip(ip) for (ip,) in store.raw(
                    'SELECT a."address" FROM "address" a JOIN netns s USING (ns)'
                    " WHERE s.kind <> 'host' AND a.dev <> 'lo' AND a.scope = 'global' ORDER BY ALL"
                )]  # fmt: skip
                gone = take(store, chance)
                found = [one for one in run_checks(store).findings if one.severity is Severity.ERROR]
                wrong += [f"without {gone}: {one.check} ({one.confidence}) on {one.node}: {one.summary}" for one in found]
                wrong += [f"without {gone}: {said}" for said in lost(store, ends, chance)]
    assert not wrong, "\n".join(wrong[:6])
