"""Files whose bits fell over, or whose ends are cut off."""

import collections
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from tests.seeds import fresh_seed

ROOT = Path(__file__).parents[2]
_CASES = int(os.environ.get("PODPATH_DAMAGES", "500"))


@pytest.mark.long
@pytest.mark.timeout(0)
def test_a_damaged_file_ends_with_a_sentence(tmp_path: Path) -> None:
    """Or it is read, where nothing that matters was damaged; never with a traceback, a hang, or a file half-written."""
    seed = fresh_seed()
    whole = tmp_path / "whole.podpath"
    with Progress() as progress, open_snapshots([str(ROOT / "samples" / "broken-tunnel")], progress) as store:
        store.save(whole)
    seen: collections.Counter[str] = collections.Counter()
    at = 0
    while at < _CASES:
        words = [sys.executable, "-m", "tests.snapshot.damage", str(whole), str(seed), str(at), str(_CASES)]
        done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
        lines = done.stdout.splitlines()
        for line in lines:
            number, code, fine = line.split(" ", 2)
            assert fine == "fine", (seed, number, fine)
            assert code in {"0", "1", "2", "3"}, (seed, line)
            seen[code] += 1
        at += len(lines)
        if done.returncode:
            # DuckDB itself stumbled, which takes the process along: nothing is said, and nothing is written.
            assert done.returncode in {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE}, (seed, at, done)
            assert "Traceback" not in done.stderr
            seen[signal.Signals(-done.returncode).name] += 1
            at += 1
    print(f"PODPATH_SEED={seed}: {dict(seen)}")  # noqa: T201 - the figures of docs/security.md
    assert sum(count for name, count in seen.items() if name.startswith("SIG")) <= _CASES // 50
