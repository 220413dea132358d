"""Label selectors as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.state.selector import EVERYTHING, NO_LABELS, Requirement, labels_of, matches, requirements, selector_text

NAMES = st.from_regex(r"[a-z]([a-z0-9./-]{0,8}[a-z0-9])?", fullmatch=True)
VALUES = st.from_regex(r"([a-z0-9]([a-z0-9._-]{0,8}[a-z0-9])?)?", fullmatch=True)
REQUIREMENTS = st.builds(
    Requirement, NAMES, st.none() | st.lists(VALUES, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()
)


@given(st.lists(REQUIREMENTS, max_size=4))
def test_a_selector_is_what_its_text_says(found: list[Requirement]) -> None:
    """Whatever it asks."""
    assert list(requirements(selector_text(found))) == found


@pytest.mark.parametrize(
    ("selector", "labels", "expected"),
    [
        ("app=web", "app=web,tier=a", True), ("app=web", "tier=a", False), ("app=web|db", "app=db", True),
        ("app!=web", "tier=a", True), ("app!=web|db", "app=db", False), ("app", "app=x", True), ("app", "tier=a", False),
        ("!app", "tier=a", True), ("!app", "app=x", False), ("app,tier=a", "app=x,tier=b", False), (EVERYTHING, NO_LABELS, True),
        ("app=", "app=", True),
    ],
)  # fmt: skip
def test_operators(selector: str, labels: str, expected: bool) -> None:  # noqa: FBT001
    """NotIn holds where the label is missing, too (Kubernetes API, LabelSelectorRequirement)."""
    assert matches(selector, labels_of(labels)) is expected


@pytest.mark.parametrize("key", ["", "a,b", "a|b", "!a", "a=b", "a b"])
def test_what_is_no_label_is_refused(key: str) -> None:
    """Its text would say something else."""
    with pytest.raises(ValueError, match="no label"):
        selector_text([Requirement(key, ("x",), True)])  # noqa: FBT003
