"""Three values (Kleene's logic)."""

import pytest

from podpath.policy.truth import Truth, all_of, any_of


@pytest.mark.parametrize(
    ("values", "every", "some"),
    [
        ((), True, False), ((True, True), True, True), ((True, False), False, True), ((False, False), False, False),
        ((True, None), None, True), ((False, None), False, None), ((None, None), None, None), ((None, True, False), False, True),
    ],
)  # fmt: skip
def test_what_is_not_known_matters_only_where_nothing_else_decides(values: tuple[Truth, ...], every: Truth, some: Truth) -> None:
    """Of all, and of any."""
    assert all_of(values) is every
    assert any_of(values) is some
