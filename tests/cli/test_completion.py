"""``podpath completion``."""

import subprocess

import pytest

from podpath.cli.main import main


def test_bash_takes_the_script_and_completes_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """A real bash offers the commands that begin with `ch`."""
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    ask = '\nCOMP_WORDS=(podpath ch); COMP_CWORD=1; _shtab_podpath "podpath" "ch" "podpath"; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script + ask], capture_output=True, text=True, check=True, timeout=20)
    assert "check" in done.stdout.split()
