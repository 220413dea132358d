"""Arguments that commands share."""

import io

import pytest

from podpath.cli.arguments import speaks_unicode, wants_color


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.parametrize(
    ("choice", "stream", "env", "expected"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {}, False),
    ],
)
def test_colours_follow_the_choice_then_the_terminal(
    monkeypatch: pytest.MonkeyPatch, choice: str, stream: io.StringIO, env: dict[str, str], *, expected: bool
) -> None:
    """NO_COLOR and a dumb terminal switch them off, a choice overrules both."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert wants_color(choice, stream) is expected


def test_signs_follow_the_encoding() -> None:
    """A stream of another encoding gets ASCII."""
    assert speaks_unicode(Terminal())
    assert not speaks_unicode(io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
