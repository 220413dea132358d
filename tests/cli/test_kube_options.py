"""What the options of ``--kube`` say."""

import pytest

from podpath.cli.main import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--collector", "--objects"], "--objects reads no node, and --collector reads nodes"),
        (["--image", "busybox"], "--image and --print-yaml go with --collector"),
        (["--print-yaml"], "--image and --print-yaml go with --collector"),
    ],
)
def test_options_that_do_not_go_together_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before any cluster is asked."""
    assert main(["check", "--kube", *words]) == 2
    assert said in capsys.readouterr().err
