"""Many traces as one answer."""

from podpath.state.finding import Confidence, Finding, Severity
from podpath.state.policing import Ground, Permit, Policed, PolicyRef
from podpath.state.trace import Trace, Verdict
from podpath.walk.several import grouped
from tests.report.test_trace import TRACE

DENIED = Policed("ingress", "shop/db", Permit.DENIED, Ground.ISOLATED, (PolicyRef("NetworkPolicy", "shop", "deny"),))


def of(verdict: Verdict, cause: Finding | None = None, policies: tuple[Policed, ...] = ()) -> Trace:
    """Return a trace."""
    return TRACE._replace(verdict=verdict, cause=cause, policies=policies)


def found(node: str, netns: str) -> Finding:
    """Return a cause in a place."""
    return Finding("no-carrier", Severity.ERROR, Confidence.PROVEN, node, netns, f"in {netns}", "", (), ())


def test_pairs_of_which_the_same_is_true_are_together_and_the_worst_is_first() -> None:
    """What stops them counts with its node, not with the pod that it is in."""
    traces = [
        (("a1", "b"), of(Verdict.DELIVERED)), (("a2", "b"), of(Verdict.DROPPED, found("n1", "pod:a2"))),
        (("a3", "b"), of(Verdict.DROPPED, found("n1", "pod:a3"))), (("a4", "b"), of(Verdict.DROPPED, found("n2", "pod:a4"))),
        (("a5", "b"), of(Verdict.DELIVERED)), (("a6", "b"), of(Verdict.UNKNOWN)),
    ]  # fmt: skip
    answer = grouped("deploy/a", "b", traces, ("assumed: something",))
    assert [[pair[0] for pair in group.pairs] for group in answer.groups] == [["a2", "a3"], ["a4"], ["a6"], ["a1", "a5"]]
    assert answer.worst.verdict is Verdict.DROPPED
    assert answer.worst.remarks[0] == "assumed: something"


def test_what_policies_say_differs_by_the_policies_and_not_by_the_pod() -> None:
    """Two pods that one policy denies are alike."""
    traces = [
        ((name, "db"), of(Verdict.UNKNOWN, policies=said))
        for name, said in (("a", (DENIED,)), ("b", (DENIED._replace(pod="shop/x"),)), ("c", ()))
    ]
    assert [[one for one, _ in group.pairs] for group in grouped("x", "db", traces).groups] == [["a", "b"], ["c"]]
