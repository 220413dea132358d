"""``kubectl podpath``."""

from pathlib import Path

import pytest

from podpath.cli.main import main, parser
from podpath.cli.plugin import ASKS, with_cluster
from tests.cli.kube_cluster import answers
from tests.collect.kube.fake import make


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trace web/a web/b:80", "trace web/a web/b:80 --kube="),
        ("check --context prod", "check --kube=prod"), ("check --context=prod --format json", "check --format json --kube=prod"),
        ("check --kube=other", "check --kube=other"), ("explain fdb", "explain fdb"), ("--version", "--version"), ("", ""),
    ],
)  # fmt: skip
def test_the_cluster_is_kubectls_own(words: str, expected: str) -> None:
    """In every command that reads nodes."""
    assert with_cluster(words.split()) == expected.split()


def test_every_command_that_takes_a_cluster_is_known() -> None:
    """There is no list to keep in step by hand."""
    commands = next(action for action in parser()._actions if action.dest == "command").choices
    assert isinstance(commands, dict)
    taking = {name for name, one in commands.items() if any("--kube" in action.option_strings for action in one._actions)}
    assert taking == ASKS


def test_one_command_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As a person types it."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", *answers()))
    assert main(with_cluster(["trace", "web/a", "shop/db-0:5432", "--objects"])) == 3
    assert "web/a → shop/db-0 port 5432 (tcp) may not arrive: policies deny it" in capsys.readouterr().out
