"""Long results on a terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NOTE = "#!/bin/sh\ncat > {}\necho paged\n"


def shown(words: list[str], environ: dict[str, str], rows: int) -> str:
    """Run podpath on a terminal of so many rows, and return what is on it."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    own = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm", **environ}
    for name in ("LINES", "COLUMNS"):
        own.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "podpath", *words], env=own, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    said = b""
    try:
        while part := os.read(mine, 1 << 16):
            said += part
    except OSError:
        pass  # as a terminal says that nobody is at its other end
    finally:
        os.close(mine)
    assert process.wait(timeout=30) == 0
    return said.decode()


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """Return a pager that keeps what it is given beside itself."""
    program = tmp_path / "pager"
    program.write_text(_NOTE.format(tmp_path / "kept"))
    program.chmod(0o755)
    return program


def test_what_is_longer_than_the_terminal_goes_to_the_pager(pager: Path) -> None:
    """Whole; what fits is written."""
    asked = ["explain", "vtep-mac-mismatch"]
    assert shown(asked, {"PAGER": str(pager)}, 5).strip() == "paged"
    text = pager.with_name("kept").read_text(encoding="utf-8")
    assert len(text.splitlines()) > 5
    assert shown(asked, {"PAGER": str(pager)}, 200).replace("\r\n", "\n") == text


@pytest.mark.parametrize("environ", [{"PAGER": "cat"}, {"PAGER": ""}, {"TERM": "dumb"}])
def test_a_person_may_have_none(environ: dict[str, str], pager: Path) -> None:
    """Nor has a terminal that can do nothing."""
    told = shown(["explain", "vtep-mac-mismatch"], {"PAGER": str(pager), **environ}, 5)
    assert "paged" not in told
    assert len(told.splitlines()) > 5


def test_a_pager_that_is_left_early_or_missing_ends_the_command_well() -> None:
    """Without a complaint of podpath."""
    told = shown(["explain"], {"PAGER": "head -n 2"}, 5)
    assert told.splitlines()[0] == "concepts"
    assert len(told.splitlines()) == 2
    told = shown(["explain"], {"PAGER": "/nowhere/pager"}, 5)
    assert "Traceback" not in told
    assert "causes that only `podpath trace` finds" in told
