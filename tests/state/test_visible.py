"""Text from elsewhere on a terminal."""

import pytest

from podpath.state.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("eth0", "eth0"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x9b31mb\x7f", "a\\x9b31mb\\x7f"),
        ("one\ttwo\nthree\r", "one two three "),
        ("moc.\u202egnp", "moc.\\u202egnp"),
        ("größe 节点", "größe 节点"),
    ],
)
def test_control_characters_are_shown_not_sent(text: str, shown: str) -> None:
    """C0, C1 and what turns the direction of writing; letters of any language stay."""
    assert visible(text) == shown
