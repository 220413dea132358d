"""How commands end: by signals, by readers that go away, by outputs that are closed or full."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podpath.snapshot.store import Store

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "three-node-canal")
PODPATH = [sys.executable, "-m", "podpath"]


def run(command: str, tmp_path: Path) -> tuple[int, str]:
    """Run a shell's command line; return its exit code and what came on standard error."""
    environment = {**os.environ, "PODPATH": " ".join(PODPATH), "SAMPLE": SAMPLE, "TMPDIR": str(tmp_path)}
    done = subprocess.run(["bash", "-c", command], stderr=subprocess.PIPE, text=True, env=environment, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "command", ["check $SAMPLE", "trace a b $SAMPLE", "sql 'from node' $SAMPLE", "explain veth", "collect --script"]
)
@pytest.mark.parametrize("output", [">/dev/full", ">&-"])
def test_an_output_that_cannot_be_written_is_told(tmp_path: Path, command: str, output: str) -> None:
    """In a sentence, with the exit code of bad usage."""
    code, said = run(f"$PODPATH {command} {output}", tmp_path)
    assert code == 2
    assert said.startswith("podpath: ")
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_a_closed_output_does_not_hinder_a_file(tmp_path: Path) -> None:
    """Nobody writes to it, and nothing else takes its place."""
    assert run(f"$PODPATH collect $SAMPLE -o {tmp_path}/a.podpath >&- <&-", tmp_path)[0] == 0
    with Store(tmp_path / "a.podpath", read_only=True) as store:
        assert store.raw("SELECT count(*) FROM node") == [(3,)]
    assert (tmp_path / "a.podpath").stat().st_mode & 0o777 == 0o600


def test_messages_that_nobody_can_read_are_no_fault(tmp_path: Path) -> None:
    """The exit code says it all the same."""
    assert run("$PODPATH check /no/such/file 2>/dev/full", tmp_path)[0] == 2
    assert run("$PODPATH check /no/such/file 2>&-", tmp_path)[0] == 2


def test_a_reader_may_go_away(tmp_path: Path) -> None:
    """As for every program in a pipe: 141, and no word."""
    code, said = run("$PODPATH collect --script | (exec <&-; sleep 0.1); exit ${PIPESTATUS[0]}", tmp_path)
    assert (code, said) == (141, "")


def test_a_device_is_no_place_for_a_snapshot(tmp_path: Path) -> None:
    """It would be replaced by a file."""
    os.mkfifo(tmp_path / "pipe")
    code, said = run(f"$PODPATH collect $SAMPLE -o {tmp_path}/pipe", tmp_path)
    assert (code, said) == (2, f"podpath: {tmp_path}/pipe: Is not a regular file\n")
    assert (tmp_path / "pipe").is_fifo()


def test_a_mode_is_that_of_chmod(tmp_path: Path) -> None:
    """And nonsense is bad usage."""
    assert run(f"$PODPATH check $SAMPLE --fail-on never --mode 640 -o {tmp_path}/r.json", tmp_path)[0] == 0
    assert (tmp_path / "r.json").stat().st_mode & 0o777 == 0o640
    assert run(f"$PODPATH check $SAMPLE --mode rw -o {tmp_path}/r.json", tmp_path)[0] == 2


@pytest.mark.timeout(120)
def test_many_collect_into_one_file(tmp_path: Path) -> None:
    """Each exits with 0, and the file is a snapshot."""
    with ThreadPoolExecutor(4) as executor:
        ends = list(executor.map(lambda _: run(f"$PODPATH collect $SAMPLE -o {tmp_path}/c.podpath", tmp_path), range(4)))
    assert [code for code, _ in ends] == [0] * 4
    with Store(tmp_path / "c.podpath", read_only=True) as store:
        assert store.raw("SELECT count(*) FROM node") == [(3,)]
    assert [item.name for item in tmp_path.iterdir()] == ["c.podpath"]


_SLOW = "SELECT sum(a.range * b.range * c.range) FROM range(100000) a, range(100000) b, range(1000) c"


def test_judging_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    """Also within DuckDB: one sentence, the exit code of what cannot be used, and nothing is left."""
    began = time.monotonic()
    code, said = run(f"$PODPATH sql '{_SLOW}' $SAMPLE --timeout 1.5", tmp_path)
    assert code == 2
    assert said.startswith("podpath: the command took more than 1.5 seconds (--timeout)")
    assert len(said.splitlines()) == 1
    assert time.monotonic() - began < 30
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_is_a_number_of_seconds(tmp_path: Path, seconds: str) -> None:
    """More than none, and an end."""
    code, said = run(f"$PODPATH check $SAMPLE --timeout {seconds}", tmp_path)
    assert code == 2
    assert "is not a time in seconds" in said
