"""``podpath completion``."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.engines import need

_ASKED = [
    ("ch", {"check"}),
    ("check --ignore fdb-wrong", {"fdb-wrong-mac"}),
    ("explain vtep-mac", {"vtep-mac-mismatch"}),
    ("explain OTHER", {"OTHERHOST"}),
    ("lab break vtep-mac", {"vtep-mac-mismatch"}),
    ("lab up kube-proxy-nft", {"kube-proxy-nftables"}),
]
"""What is typed, and what must be among the answers."""


def _bash(script: Path, typed: str) -> set[str]:
    words = ["podpath", *typed.split()]
    ask = f". {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}"
    ask += f'; _shtab_podpath podpath "{words[-1]}" "{words[-2]}"; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, timeout=20)
    return set(done.stdout.split())


def _fish(script: Path, typed: str) -> set[str]:
    need("fish")
    ask = f"source {script}; complete -C 'podpath {typed}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", ask], capture_output=True, text=True, check=True, timeout=20,
        env={"HOME": str(script.parent), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return {line.partition("\t")[0] for line in done.stdout.splitlines()}


def _zsh(script: Path, typed: str) -> set[str]:
    """Type into a zsh on a terminal of its own: its completion works nowhere else. What it makes of the word is run."""
    need("zsh")
    ask = f"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; podpath() {{ echo "ran: $@ :" }}; autoload -Uz compinit; compinit -u -D'
zpty -w shell '. {script}; compdef _shtab_podpath podpath; echo re""ady'
zpty -r -m shell seen '*ready*'
zpty -n -w shell $'podpath {typed}\t\n'
zpty -r -m shell seen '*ran: * :*'
print -r -- "$seen"
zpty -d shell
"""
    done = subprocess.run(["zsh", "-f", "-c", ask], capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.rpartition("ran: ")[2].split())


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Path]:
    """Return a function that writes the script of a shell to a file."""

    def written(shell: str) -> Path:
        assert main(["completion", shell]) == 0
        path = tmp_path / f"podpath.{shell}"
        path.write_text(capsys.readouterr().out, encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize("ask", [_bash, _fish, _zsh])
def test_a_real_shell_offers_commands_and_names(ask: Callable[[Path, str], set[str]], script: Callable[[str], Path]) -> None:
    """Of commands, checks, concepts, drop reasons, faults and topologies."""
    path = script(ask.__name__.lstrip("_"))
    assert {typed for typed, expected in _ASKED if not expected <= ask(path, typed)} == set()
