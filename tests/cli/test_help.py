"""``podpath`` without arguments, and ``podpath help``."""

import pytest

from podpath.cli.help import WELCOME, subcommands
from podpath.cli.main import main, parser
from podpath.state.typo import did_you_mean, near


def test_podpath_alone_says_what_most_people_want(capsys: pytest.CaptureFixture[str]) -> None:
    """In a few lines that fit a terminal, each command of which there is."""
    assert main([]) == 0
    assert capsys.readouterr().out == WELCOME
    shown = [line.split()[1] for line in WELCOME.splitlines() if line.startswith("  podpath ")]
    assert set(shown) <= set(subcommands(parser()))
    assert max(map(len, WELCOME.splitlines())) < 80


@pytest.mark.parametrize("words", [[], ["check"], ["lab", "up"]])
def test_help_prints_what_the_option_prints(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Of podpath, of a command, and of a command's own."""
    assert main(["help", *words]) == 0
    helped = capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    assert capsys.readouterr().out == helped


def test_the_help_says_what_each_exit_status_means(capsys: pytest.CaptureFixture[str]) -> None:
    """One thing each."""
    main(["help"])
    table = capsys.readouterr().out.partition("exit status:")[2]
    assert all(f" {code} " in table for code in "0123")


@pytest.mark.parametrize(
    ("word", "expected"), [("chekc", "did you mean check?"), ("tracee", "did you mean trace?"), ("xyzzy", "")]
)
def test_a_typo_is_answered_with_what_is_near(word: str, expected: str) -> None:
    """Nothing is suggested that is not."""
    assert did_you_mean(near(word, subcommands(parser()))) == expected


def test_help_for_a_command_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused with a suggestion."""
    with pytest.raises(SystemExit) as stop:
        main(["help", "lab", "upp"])
    assert stop.value.code == 2
    assert "did you mean up?" in capsys.readouterr().err
