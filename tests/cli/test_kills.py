"""Signals at random moments, to every command that writes a file."""

import collections
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from podpath.snapshot.store import Store
from tests.seeds import fresh_seed

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "broken-tunnel")
PODPATH = [sys.executable, "-m", "podpath"]
_KILLS = int(os.environ.get("PODPATH_KILLS", "66"))
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)


def _snapshot(path: Path) -> None:
    with Store(path, read_only=True) as store:
        assert store.raw("SELECT 1 FROM node")


def _page(path: Path) -> None:
    assert path.read_text(encoding="utf-8").endswith("</html>\n")


def _drawing(path: Path) -> None:
    assert path.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def _lines(path: Path) -> None:
    assert path.read_text(encoding="utf-8").endswith("\n")


class Command(NamedTuple):
    """A command that writes.

    Attributes:
        words: its words; the file comes behind them.
        suffix: how the file's name ends.
        whole: raises where the file is not whole.
    """

    words: list[str]
    suffix: str
    whole: Callable[[Path], object]


_TRACE = ["trace", "node:n1", "node:n2", SAMPLE, "-o"]
_CHECK = ["check", SAMPLE, "--fail-on", "never"]
COMMANDS = (
    Command([*_CHECK, "--format", "json", "-o"], ".json", lambda path: json.loads(path.read_text())),
    Command([*_CHECK, "-o"], ".html", _page),
    Command([*_CHECK, "--format", "markdown", "-o"], ".md", _lines),
    Command(_TRACE, ".svg", _drawing),
    Command(_TRACE, ".json", lambda path: json.loads(path.read_text())),
    Command(["map", SAMPLE, "-o"], ".svg", _drawing),
    Command(["map", SAMPLE, "-o"], ".dot", _lines),
    Command(["diff", SAMPLE, SAMPLE, "-o"], ".txt", _lines),
    Command(["collect", SAMPLE, "-o"], ".podpath", _snapshot),
    Command(["collect", SAMPLE, "--redact", "-o"], ".podpath", _snapshot),
    Command(["collect", "-o"], ".podpath", _snapshot),
)


def _sent(words: list[str], number: int, after: float, temporary: Path) -> tuple[int, str]:
    """Run a command, and send it a signal after a while; return its exit code and what it said."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            _, said = process.communicate(timeout=after)  # the moment itself is what is tried
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
    return process.returncode, said


def _age(*folders: Path) -> None:
    for folder in folders:
        for item in folder.iterdir():
            os.utime(item, (0, 0), follow_symlinks=False)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_a_signal_harms_nothing_at_any_moment(tmp_path: Path) -> None:
    """The file is the old one or the new one, whole; nothing else is there; the exit code is the signal's.

    SIGKILL lets nobody tidy up: what it leaves is gone after the next run.
    """
    seed = fresh_seed()
    draw, ends = random.Random(seed), collections.Counter[str]()
    for at, command in enumerate(COMMANDS):
        folder, temporary = tmp_path / str(at), tmp_path / f"{at}-tmp"
        folder.mkdir()
        temporary.mkdir()
        file = folder / f"file{command.suffix}"
        words = [*PODPATH, *command.words, str(file)]
        began = time.monotonic()
        own, said = _sent(words, signal.SIGKILL, 120, temporary)
        assert own in {0, 1}, said
        took, killed = time.monotonic() - began, set[Path]()
        for number in (draw.choice(_SIGNALS) for _ in range(at, _KILLS, len(COMMANDS))):
            # Half of the moments are near the end, where the file is written.
            after = draw.random() * took * 1.05 if draw.random() < 0.5 else took * (0.6 + draw.random() * 0.45)
            code, said = _sent(words, number, after, temporary)
            where = (seed, words, signal.Signals(number).name, after, code, said)
            # Before podpath's first line runs, a signal is the interpreter's.
            assert code in {own, 128 + number, -number}, where
            assert code == -number or "Traceback" not in said, where
            command.whole(file)
            ends["ended before" if code == own else signal.Signals(number).name] += 1
            left = {item for item in (*folder.iterdir(), *temporary.iterdir()) if item != file}
            assert number == signal.SIGKILL or left <= killed, (where, left)
            killed = left
            _age(folder, temporary)
        assert _sent(words, signal.SIGKILL, 120, temporary)[0] == own
        assert [item.name for item in folder.iterdir()] == [file.name], words
        assert not list(temporary.iterdir()), words
    print(f"PODPATH_SEED={seed}: {dict(ends)}")  # noqa: T201 - the figures of docs/security.md
