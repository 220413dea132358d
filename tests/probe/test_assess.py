"""Prediction and observation, side by side."""

import pytest

from podpath.probe.assess import assess, chosen, ports
from podpath.probe.identity import Direction
from podpath.probe.observation import Point
from podpath.probe.run import Observed, Passage, Place, Ports
from podpath.probe.sender import Result
from podpath.state.drop import Meaning
from podpath.state.finding import Confidence, Finding, Severity
from podpath.state.live import Agreement, Fate, Live, Lower, Rung, Sight
from podpath.state.step import Ended, UnderlayCrossed
from podpath.state.trace import Branch, Headers, Hop, Leg, Sent, Trace, TraceStep, Verdict

OUT, INTO = True, False
A, N1, N2 = 11, 12, 13
"""Namespaces: the pod on n1, and both nodes."""
HOPS = (
    Hop("n1", "pod:a", "eth0", OUT, 0, A),
    Hop("n1", "", "va", INTO, 1, N1),
    Hop("n1", "", "eth0", OUT, 2, N1),
    Hop("n2", "", "eth0", INTO, 4, N2, dport=80),
)
BACK = (Hop("n2", "", "eth0", OUT, 0, N2), Hop("n1", "", "eth0", INTO, 2, N1), Hop("n1", "pod:a", "eth0", INTO, 3, A, dport=4))


def finding(name: str, node: str = "n2") -> Finding:
    """Return a cause."""
    return Finding(name, Severity.ERROR, Confidence.PROVEN, node, "", "what is wrong", "", (), ())


def branch(
    verdict: Verdict = Verdict.DELIVERED, cause: str = "", hops: tuple[Hop, ...] = HOPS, error: str = "", at: str = "n2"
) -> Branch:
    """Return a path over two nodes."""
    steps = [TraceStep("n1", "pod:a", "eth0", Ended(""), None), *[TraceStep("n1", "", "eth0", Ended(""), None)] * 2]
    steps += [TraceStep("n1", "", "eth0", UnderlayCrossed("eth0", "n2"), None), TraceStep(at, "", "eth0", Ended("the end"), None)]
    return Branch(verdict, 1.0, tuple(steps), error, cause=finding(cause, at) if cause else None, hops=hops)


def trace(there: Branch, *more: Branch, back: Branch | None = None, proto: str = "tcp") -> Trace:
    """Return a trace."""
    reply = Leg(back.verdict, 1.0, (back,)) if back is not None else None
    leg = Leg(there.verdict, 1.0, (there, *more))
    flow, sent = Headers("10.0.0.1", "10.0.0.2", proto, 80), Sent("pod:a", A, "n1", None, "10.0.0.2", proto, 80)
    return Trace("a", "b", flow, there.verdict, "", there.cause, leg, reply, sent=sent)


def passed(hops: tuple[Hop, ...], direction: Direction = Direction.FORWARD, number: int = 0) -> list[Passage]:
    """Return that a packet was seen at hops, a microsecond apart."""
    began = 1_000_000 if direction is Direction.FORWARD else 2_000_000
    return [
        Passage(
            Place(hop.node, hop.netns, hop.interface),
            hop.inode or 0,
            Point.OUT if hop.out else Point.IN,
            number,
            direction,
            began + 1000 * at,
        )
        for at, hop in enumerate(hops)
    ]


def dropped(node: str, inode: int, reason: str, direction: Direction = Direction.FORWARD, interface: str = "eth0") -> Passage:
    """Return that the kernel dropped it."""
    return Passage(Place(node, "", interface), inode, Point.DROP, 0, direction, 3_000_000, reason, "some_function")


def seen(*passages: Passage, error: str = "", packets: int = 1, rung: Rung = Rung.TRACEPOINTS) -> Observed:
    """Return what was observed."""
    results = {number: Result(error, 84.0) for number in range(packets)}
    return Observed(rung, (), passages, results)


MEANINGS = {
    "OTHERHOST": Meaning("another host's", ("vtep-mac-mismatch",)),
    "NETFILTER_DROP": Meaning("a rule", ("netfilter-drop",)),
    "NO_SOCKET": Meaning("nothing listens", ("target-not-listening",)),
    "UDP_CSUM": Meaning("a checksum is wrong", unshown=True),
}


def meaning_of(reason: str) -> Meaning:
    """Return what a reason means."""
    return MEANINGS.get(reason, Meaning(""))


def live(predicted: Trace, observed: Observed) -> Live:
    """Return what both say together."""
    return assess(predicted, observed, meaning_of)


DELIVERED = trace(branch(), back=branch(hops=BACK, at="n1"))
LOST = trace(branch(Verdict.DROPPED, "vtep-mac-mismatch"))
SILENCE = "ETIMEDOUT"


def test_a_delivered_packet_is_seen_at_every_hop() -> None:
    """With the time since the first of each direction."""
    found = live(DELIVERED, seen(*passed(HOPS), *passed(BACK, Direction.REPLY)))
    assert (found.agreement, found.fate, found.answered) == (Agreement.AGREED, Fate.ANSWERED, 1)
    assert [hop.microseconds for hop in found.forward] == [0, 1, 2, 3]
    assert [hop.microseconds for hop in found.reply] == [0, 1, 2]
    assert found.drop is None


def test_a_predicted_drop_is_proven_by_the_kernels_reason() -> None:
    """In the namespace that was predicted, for a reason that belongs to the cause."""
    found = live(LOST, seen(*passed(HOPS), dropped("n2", N2, "OTHERHOST"), error=SILENCE))
    assert (found.agreement, found.fate, found.error) == (Agreement.AGREED, Fate.SILENT, "")
    assert found.drop is not None
    assert (found.drop.reason, found.drop.node, found.drop.causes) == ("OTHERHOST", "n2", ("vtep-mac-mismatch",))


@pytest.mark.parametrize(
    ("predicted", "observed"),
    [
        (LOST, seen(*passed(HOPS), dropped("n2", N2, "NETFILTER_DROP"), error=SILENCE)),
        (LOST, seen(*passed(HOPS), dropped("n1", N1, "OTHERHOST", interface="va"), error=SILENCE)),
        (LOST, seen(*passed(HOPS))),
        (LOST, seen(*passed(HOPS), error="ECONNREFUSED")),
        (LOST, seen(*passed(HOPS[:2]), error=SILENCE)),
        (DELIVERED, seen(*passed(HOPS), dropped("n2", N2, "NETFILTER_DROP"), error=SILENCE)),
        (DELIVERED, seen(*passed(HOPS[:1] + HOPS[2:]), *passed(BACK, Direction.REPLY))),
        (DELIVERED, seen(*passed(HOPS[:2]), dropped("n1", N1, "NETFILTER_DROP"), error=SILENCE)),
    ],
    ids=["reason", "place", "answered", "error", "lost before", "dropped", "another path", "dropped before"],
)
def test_where_they_part_is_a_disagreement(predicted: Trace, observed: Observed) -> None:
    """Never explained away: a fault of the model, or a state that changed."""
    assert live(predicted, observed).agreement is Agreement.DISAGREED


def test_a_request_dropped_for_want_of_a_route_back_is_the_answer_that_fails() -> None:
    """An echo request over IPv6 whose answer has no route is freed without a reason, where it was to be answered."""
    no_route_back = trace(branch(), back=branch(Verdict.UNREACHABLE, "route-refuses", BACK[:1]))
    found = live(no_route_back, seen(*passed(HOPS), dropped("n2", N2, "NOT_SPECIFIED"), error=SILENCE))
    assert (found.agreement, found.backwards) == (Agreement.AGREED, True)
    for reason, node, inode in (("NETFILTER_DROP", "n2", N2), ("NOT_SPECIFIED", "n1", N1)):
        elsewhere = live(no_route_back, seen(*passed(HOPS), dropped(node, inode, reason), error=SILENCE))
        assert elsewhere.agreement is Agreement.DISAGREED


def test_a_kernel_without_a_reason_contradicts_none() -> None:
    """NOT_SPECIFIED says nothing, and neither does a kernel before drop reasons."""
    for reason in ("NOT_SPECIFIED", ""):
        assert live(LOST, seen(*passed(HOPS), dropped("n2", N2, reason), error=SILENCE)).agreement is Agreement.AGREED


def test_a_cause_elsewhere_leads_to_any_reason() -> None:
    """It has brought the packet to where it is dropped."""
    diverted = branch(Verdict.DROPPED, "vtep-mac-mismatch")._replace(cause=finding("vtep-mac-mismatch", "n1"))
    found = live(trace(diverted), seen(*passed(HOPS), dropped("n2", N2, "IP_INADDRERRORS"), error=SILENCE))
    assert found.agreement is Agreement.AGREED


def test_what_leaves_one_node_and_is_not_seen_on_the_other_was_lost_between_them() -> None:
    """In either direction: the hop is the first at which it was not seen."""
    there = live(DELIVERED, seen(*passed(HOPS[:3]), error=SILENCE))
    assert (there.agreement, there.hop, there.backwards) == (Agreement.NETWORK, 3, False)
    assert there.forward[3].sight is Sight.MISSED
    back = live(DELIVERED, seen(*passed(HOPS), *passed(BACK[:1], Direction.REPLY), error=SILENCE))
    assert (back.agreement, back.hop, back.backwards) == (Agreement.NETWORK, 1, True)


def test_a_datagram_that_arrives_needs_no_answer() -> None:
    """A server of UDP may keep silent; a TCP server may not."""
    arrived = seen(*passed(HOPS), error=SILENCE)
    found = live(DELIVERED._replace(sent=Sent("pod:a", A, "n1", None, "10.0.0.2", "udp", 80)), arrived)
    assert (found.agreement, found.fate) == (Agreement.AGREED, Fate.ARRIVED)
    assert live(DELIVERED, arrived).agreement is Agreement.DISAGREED


def test_what_was_not_predicted_is_told_as_it_was_seen() -> None:
    """Evidence was missing, and the kernel decides."""
    unknown = trace(branch(Verdict.UNKNOWN))
    found = live(unknown, seen(*passed(HOPS), dropped("n2", N2, "NETFILTER_DROP"), error=SILENCE))
    assert (found.agreement, found.fate) == (Agreement.SEEN, Fate.SILENT)
    assert found.drop is not None
    assert live(unknown, seen(*passed(HOPS))).agreement is Agreement.SEEN


def test_of_several_paths_the_one_that_was_taken_counts() -> None:
    """And comes first from now on."""
    other = branch(hops=(*HOPS[:2], Hop("n1", "", "eth1", OUT, 2, N1)))
    predicted = trace(other, branch(), back=branch(hops=BACK, at="n1"))
    observed = seen(*passed(HOPS), *passed(BACK, Direction.REPLY))
    assert live(predicted, observed).agreement is Agreement.AGREED
    assert chosen(predicted, observed).forward.branches == (predicted.forward.branches[1], other)


@pytest.mark.parametrize("error", [SILENCE, "ECONNREFUSED"])
def test_of_paths_that_differ_in_what_the_sender_hears_that_one_counts(error: str) -> None:
    """Of two ways back, of which chance chooses one for the ICMP error, one loses it."""
    told, untold = (branch(verdict, "target-not-listening") for verdict in (Verdict.REFUSED, Verdict.DROPPED))
    observed = seen(*passed(HOPS), dropped("n2", N2, "NO_SOCKET"), error=error)
    for predicted in (trace(told, untold), trace(untold, told)):
        assert live(predicted, observed).agreement is Agreement.AGREED
        assert chosen(predicted, observed).forward.worst.verdict is (Verdict.DROPPED if error == SILENCE else Verdict.REFUSED)


def test_packets_that_fare_alike_are_counted() -> None:
    """The second of three was dropped elsewhere."""
    passages = [*passed(HOPS), *passed(HOPS[:2], number=1), *passed(HOPS, number=2)]
    assert live(LOST, seen(*passages, error=SILENCE, packets=3)).alike == 2


def test_without_sight_the_socket_alone_is_compared() -> None:
    """No hop counts as missed, and a contradiction is no proof of one."""
    observed = seen(rung=Rung.NOTHING)._replace(lower=(Lower(Rung.TRACEPOINTS, "why"),))
    found = live(DELIVERED, observed)
    assert found.agreement is Agreement.AGREED
    assert {hop.sight for hop in (*found.forward, *found.reply)} == {Sight.HIDDEN}
    assert live(LOST, observed).agreement is Agreement.UNSEEN
    assert found.lower == observed.lower


def test_a_stacked_device_hides_a_packet() -> None:
    """No tracepoint shows what a VLAN device hands on."""
    hops = (*HOPS[:3], HOPS[3]._replace(observable=False))
    predicted = trace(branch(hops=hops), back=branch(hops=BACK, at="n1"))
    found = live(predicted, seen(*passed(HOPS[:3]), *passed(BACK, Direction.REPLY)))
    assert (found.agreement, found.forward[3].sight) == (Agreement.AGREED, Sight.HIDDEN)


def test_ports_are_those_of_both_directions() -> None:
    """As the walk predicts them at each hop."""
    assert ports(DELIVERED) == Ports((80,), (4,))


def test_what_cannot_be_seen_from_here_is_not_missed() -> None:
    """Packet sockets in two of three namespaces; counters, of which one stands still."""
    near = seen(*passed(HOPS[:1]), *passed(BACK, Direction.REPLY), rung=Rung.SOCKETS)._replace(spaces=frozenset((A,)))
    assert [hop.sight for hop in live(DELIVERED, near).forward] == [Sight.SEEN, *[Sight.HIDDEN] * 3]
    still = seen(error=SILENCE, rung=Rung.COUNTERS)._replace(spaces=frozenset(), unmoved=frozenset(((N1, "va", Point.IN),)))
    found = live(DELIVERED, still)
    assert [hop.sight for hop in found.forward] == [Sight.HIDDEN, Sight.MISSED, Sight.HIDDEN, Sight.HIDDEN]
    assert (found.agreement, found.hop) == (Agreement.DISAGREED, 1)


THIRD = 14
FAR = (*HOPS, Hop("n2", "", "eth1", OUT, 4, N2), Hop("n3", "", "eth0", INTO, 4, THIRD))


def test_a_node_between_that_nobody_watched_may_have_dropped_it() -> None:
    """The network between the others is not blamed, and neither is the model."""
    predicted = trace(branch(hops=FAR, at="n3"), back=branch(hops=BACK, at="n1"))
    blind = seen(*passed(FAR[:3]), error=SILENCE)._replace(blind=frozenset(("n2",)))
    found = live(predicted, blind)
    assert (found.agreement, found.hop, found.fate) == (Agreement.UNSEEN, 5, Fate.SILENT)
    assert [hop.sight for hop in found.forward[3:]] == [Sight.HIDDEN, Sight.HIDDEN, Sight.MISSED]


def test_where_observations_were_lost_nothing_is_missed() -> None:
    """What could not be recorded may have been the hop that is not there; an answer is proof all the same."""
    for missing in (HOPS[:3], HOPS[:1]):
        found = live(DELIVERED, seen(*passed(missing), error=SILENCE)._replace(lost=1))
        assert (found.agreement, {hop.sight for hop in found.forward}) == (Agreement.UNSEEN, {Sight.SEEN, Sight.HIDDEN})
    assert live(DELIVERED, seen(*passed(HOPS[:3]))._replace(lost=1)).agreement is Agreement.AGREED


def test_a_datagram_that_nobody_could_see_arrive_has_not_arrived() -> None:
    """Its server's node was not watched; silence does not tell."""
    predicted = trace(branch(), back=branch(hops=BACK, at="n1"), proto="udp")
    found = live(predicted, seen(*passed(HOPS[:3]), error=SILENCE)._replace(blind=frozenset(("n2",))))
    assert (found.agreement, found.fate, found.hop) == (Agreement.UNSEEN, Fate.SILENT, 2)
    # What a VLAN device hands on no tracepoint shows, but the node was watched, and has not dropped it.
    stacked = branch(hops=(*HOPS, Hop("n2", "", "eth0.5", INTO, 4, N2, observable=False)))
    found = live(trace(stacked, back=branch(hops=BACK, at="n1"), proto="udp"), seen(*passed(HOPS), error=SILENCE))
    assert (found.agreement, found.fate) == (Agreement.AGREED, Fate.ARRIVED)


def test_an_answer_that_is_lost_where_nobody_looked_is_no_fault_of_the_model() -> None:
    """The sender's node was not watched: the answer left the other, and the sender got none."""
    observed = seen(*passed(HOPS[3:]), *passed(BACK[:1], Direction.REPLY), error=SILENCE)
    found = live(DELIVERED, observed._replace(blind=frozenset(("n1",))))
    assert (found.agreement, found.backwards, found.hop) == (Agreement.UNSEEN, True, 0)


def test_an_error_that_did_not_come_from_where_nobody_looked() -> None:
    """A refusal was predicted on a node that was not watched: what came of the packet there is not known."""
    refused = trace(branch(Verdict.REFUSED, "target-not-listening"))
    observed = seen(*passed(HOPS[:3]), error=SILENCE)
    assert live(refused, observed._replace(blind=frozenset(("n2",)))).agreement is Agreement.UNSEEN
    assert live(refused, seen(*passed(HOPS), error=SILENCE)).agreement is Agreement.DISAGREED


def test_what_no_table_shows_is_no_disagreement() -> None:
    """A damaged packet, a full queue: the kernel's reason is the news."""
    found = live(DELIVERED, seen(*passed(HOPS), dropped("n2", N2, "UDP_CSUM"), error=SILENCE))
    assert found.agreement is Agreement.UNSHOWN
    assert found.drop is not None
    assert found.drop.meaning == "a checksum is wrong"


def test_a_flooded_copy_ends_no_packet() -> None:
    """A bridge floods a frame for a port that is down, also back to the sender, and all others drop it as another host's."""
    flooded = dropped("n1", A, "OTHERHOST")
    down = branch(Verdict.DROPPED, "device-down", HOPS[:2], at="n1")
    found = live(trace(down), seen(*passed(HOPS[:2]), flooded, error=SILENCE))
    assert (found.agreement, found.drop) == (Agreement.AGREED, None)
