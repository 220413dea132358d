"""Signs, and texts that are cut."""

import pytest

from podpath.report.signs import cut, signs


def test_each_sign_has_a_form_for_poor_terminals() -> None:
    """ASCII is all that they show, and no two of the signs for a status look alike."""
    poor = signs(unicode=False)
    assert all(sign.isascii() for sign in poor.values())
    assert signs(unicode=True).keys() == poor.keys()
    for form in (poor, signs(unicode=True)):
        assert len({form[status] for status in ("ok", "bad", "open", "warn", "info")}) == 5


@pytest.mark.parametrize(("text", "room", "said"), [("short", 5, "short"), ("longer", 5, "long…"), ("longer", 0, "…")])
def test_a_text_that_is_cut_says_so(text: str, room: int, said: str) -> None:
    """The last place that there is belongs to the sign."""
    assert cut(text, room, "…") == said
