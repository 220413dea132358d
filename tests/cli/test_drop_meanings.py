"""What drop reasons mean for a trace."""

from podpath.cli.drop_meanings import meanings
from podpath.explain.drop_reasons import meaning_of
from podpath.state.finding import Confidence, Finding, Severity
from podpath.state.trace import Branch, Headers, Leg, Trace, Verdict


def test_a_cause_belongs_to_the_reasons_of_what_it_leads_to() -> None:
    """A missing route to a peer sends a packet to a host that does not forward: the kernel's reason is that host's."""
    cause = Finding("peer-route-missing", Severity.ERROR, Confidence.PROVEN, "n1", "", "", "", (), ())
    leg = Leg(Verdict.DROPPED, 1.0, (Branch(Verdict.DROPPED, 1.0, (), cause=cause),))
    meaning = meanings(Trace("a", "b", Headers("10.0.0.1", "10.0.0.2", "icmp"), Verdict.DROPPED, "", cause, leg, None))
    assert "peer-route-missing" not in meaning_of("IP_INADDRERRORS").causes
    assert "peer-route-missing" in meaning("IP_INADDRERRORS").causes
    assert "peer-route-missing" not in meaning("NO_SOCKET").causes
