"""The walker: forks, copies and circles."""

from typing import get_args

import pytest

from podpath.state.trace import Verdict
from podpath.walk.events import Event
from podpath.walk.walker import STAGES
from tests.walk.judge import said
from tests.walk.pasted import node, trace, world
from tests.walk.real import Lab, Probe, needs_root
from tests.walk.test_cases import BASES


def test_every_event_has_a_stage() -> None:
    """A new event without one would end a walk with an error."""
    assert set(STAGES) == set(get_args(Event))


@pytest.mark.root
def test_all_ways_that_chance_may_choose_are_listed_with_their_shares() -> None:
    """Two next hops of weights 1 and 3, of which one leads nowhere: the worst verdict stands for all."""
    needs_root()
    base = BASES["routed"]
    with Lab() as lab:
        lab.add(*base["spaces"])
        lab.run(line for line in base["lines"].splitlines() if line)
        lab.run(["a: ip route replace 10.0.2.0/24 nexthop via 10.0.1.1 weight 3 nexthop via 10.0.1.9 weight 1"])
        ((outcomes, trace),) = said(lab, [Probe("a", "10.0.2.2")])
    assert outcomes == {"delivered", "EHOSTUNREACH"}
    assert trace is not None
    shares = [(branch.verdict, branch.probability) for branch in trace.forward.branches]
    assert shares == [(Verdict.UNREACHABLE, 0.25), (Verdict.DELIVERED, 0.75)]
    assert (trace.verdict, trace.forward.probability) == (Verdict.UNREACHABLE, 0.25)


@pytest.mark.root
def test_a_circle_of_routers_is_told_with_where_it_comes_back() -> None:
    """Two routers that send a packet to one another."""
    needs_root()
    base = BASES["routed"]
    with Lab() as lab:
        lab.add(*base["spaces"])
        lab.run(line for line in base["lines"].splitlines() if line)
        lab.run(["r: ip route add 10.0.9.0/24 via 10.0.2.2", "b: sysctl net.ipv4.ip_forward=1"])
        ((_, trace),) = said(lab, [Probe("a", "10.0.9.9")])
    assert trace is not None
    assert (trace.verdict, trace.cause and trace.cause.check) == (Verdict.LOOP, "routing-loop")


def test_branches_beyond_the_bound_are_unknown_and_keep_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight next hops, of which three are followed: a verdict that rests on them alone would be a guess."""
    hops = "\n".join(f"\tnexthop via 192.168.0.{9 + at} dev eth0 weight 1" for at in range(8))
    shown = world({"n1": node(1, routes=f"10.9.0.0/16\n{hops}"), "n2": node(2)})
    monkeypatch.setattr("podpath.walk.walker._MOST_BRANCHES", 3)
    told = trace(shown, "n1", "10.9.0.9")
    shares = [branch.probability for branch in told.forward.branches]
    assert sum(share or 0 for share in shares) == pytest.approx(1)
    assert len(shares) == 8
    assert [branch.verdict for branch in told.forward.branches].count(Verdict.UNKNOWN) >= 5
    assert any("branches" in one.missing and one.command for one in told.unknowns)


def test_a_request_that_goes_round_between_two_bridges_ends() -> None:
    """Nobody answers, and two cables join the bridges: the frames form a storm, and the walk does not."""
    ends = ((5, "a0", "b0", "br0"), (6, "b0", "a0", "br1"), (7, "a1", "b1", "br0"), (8, "b1", "a1", "br1"))
    cables = "".join(
        f"{at}: {name}@{peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master {bridge} state UP group default\n"
        f"    link/ether 02:00:00:00:01:0{at} brd ff:ff:ff:ff:ff:ff\n    veth\n"
        for at, name, peer, bridge in ends
    )
    bridges = "".join(
        f"{at}: br{at - 3}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n"
        f"    link/ether 02:00:00:00:02:0{at} brd ff:ff:ff:ff:ff:ff\n    bridge\n"
        f"    inet 10.{at}.0.1/24 scope global br{at - 3}\n"
        for at in (3, 4)
    )
    shown = world({"n1": node(1, links=bridges + cables, routes="10.3.0.0/24 dev br0 proto kernel scope link src 10.3.0.1")})
    assert trace(shown, "n1", "10.3.0.9").verdict is not Verdict.DELIVERED
