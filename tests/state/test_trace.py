"""Verdicts, and the headers that people are shown."""

import pytest

from podpath.state.trace import Branch, Headers, Leg, Verdict


def test_the_worst_branch_speaks_for_a_leg() -> None:
    """Branches stand with the worst one first; unknown is worse than all."""
    assert [verdict for verdict in Verdict if verdict.rank == 0] == [Verdict.DELIVERED]
    assert max(Verdict, key=lambda verdict: verdict.rank) is Verdict.UNKNOWN
    lost, fine = Branch(Verdict.DROPPED, 0.5, ()), Branch(Verdict.DELIVERED, 0.5, ())
    assert Leg(Verdict.DROPPED, 0.5, (lost, fine)).worst is lost


@pytest.mark.parametrize(
    ("headers", "there", "back"),
    [
        (Headers("10.0.0.1", "10.0.0.2", "tcp", 80), "10.0.0.1 → 10.0.0.2:80 tcp", "10.0.0.2:80 → 10.0.0.1 tcp"),
        (Headers("fd00::1", "fd00::2", "tcp", 80), "fd00::1 → [fd00::2]:80 tcp", "[fd00::2]:80 → fd00::1 tcp"),
        (Headers("fd00::1", "fd00::2", "icmpv6"), "fd00::1 → fd00::2 icmpv6", "fd00::2 → fd00::1 icmpv6"),
    ],
)
def test_a_packet_and_its_reply_in_a_few_words(headers: Headers, there: str, back: str) -> None:
    """The reply comes from the port that was asked."""
    assert headers.text == there
    assert headers.reply.text == back
    assert headers.reply.reply == headers
