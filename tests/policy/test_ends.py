"""Ends of a flow as policies see them."""

import pytest

from podpath.policy.ends import End, Labels, Pod
from podpath.policy.truth import Truth

POD = Pod("shop", "db-0", Labels({}), Labels({}))


@pytest.mark.parametrize(
    ("selector", "complete", "expected"),
    [("app=web", False, True), ("app=db", False, False), ("tier=a", False, None), ("tier=a", True, False),
     ("!tier", False, None), ("!tier", True, True), ("app=db,tier=a", False, False), ("*", False, True)],
)  # fmt: skip
def test_labels_that_are_not_shown_are_unknown(selector: str, complete: bool, expected: Truth) -> None:  # noqa: FBT001
    """Others decide where they can."""
    assert Labels({"app": "web"}, complete).match(selector) is expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [(End(None, POD), True), (End(None, POD._replace(on_host=True)), False), (End(None, POD._replace(on_host=None)), None),
     (End(None), False), (End(None, stranger=True), None), (End(None, node="n1"), False)],
)  # fmt: skip
def test_policies_are_about_pods_with_a_namespace_of_their_own(end: End, expected: Truth) -> None:
    """And about nothing else."""
    assert end.policed is expected
