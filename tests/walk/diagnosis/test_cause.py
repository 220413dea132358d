"""Causes of the facts that an end carries."""

from podpath.state.address import parse_ip
from podpath.state.finding import Words
from podpath.state.trace import Verdict
from podpath.walk.diagnosis.cause import cause_of, diagnosed
from podpath.walk.events import Diagnosis, Outcome, Path, Send
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world


def test_a_cause_stays_and_nothing_is_made_of_nothing() -> None:
    """An end that names its cause, or has none, is diagnosed already."""
    walker = Walker(world({"n1": node(1)}))
    made = Diagnosis(Words("route-missing", "no route"), 1)
    assert cause_of(walker, Outcome(Verdict.UNREACHABLE, "", 1, cause=made)) is made
    path = Path(Outcome(Verdict.DELIVERED, "", 1))
    assert diagnosed(walker, path) is path


def test_facts_become_a_cause_after_the_walk() -> None:
    """Nobody answers for an address: the walk's end holds the facts, diagnosis the name."""
    text = node(1).replace("# iptables-save -c", "# iptables-save -c\n*filter\n:OUTPUT DROP [0:0]\nCOMMIT")
    shown = world({"n1": text, "n2": node(2)}, assume=("listening",))
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    walker = Walker(shown)
    packet = Packet(parse_ip("192.168.0.1"), parse_ip("192.168.0.77"), "icmp", icmp_type=8)
    paths = walker.follow(Send(ns, packet))
    ends = [path.end for path in paths if path.end.cause is not None]
    assert all(isinstance(cause_of(walker, end), Diagnosis) for end in ends)
    assert all(isinstance(diagnosed(walker, path).end.cause, Diagnosis | None) for path in paths)
