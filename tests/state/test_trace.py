"""Verdicts."""

from podpath.state.trace import Branch, Leg, Verdict


def test_the_worst_branch_speaks_for_a_leg() -> None:
    """Branches stand with the worst one first; unknown is worse than all."""
    assert [verdict for verdict in Verdict if verdict.rank == 0] == [Verdict.DELIVERED]
    assert max(Verdict, key=lambda verdict: verdict.rank) is Verdict.UNKNOWN
    lost, fine = Branch(Verdict.DROPPED, 0.5, ()), Branch(Verdict.DELIVERED, 0.5, ())
    assert Leg(Verdict.DROPPED, 0.5, (lost, fine)).worst is lost
