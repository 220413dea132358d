"""The command line as a whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.cli.main import main, parser
from podpath.snapshot.store import Store

SAMPLES = Path(__file__).parents[2] / "samples"
CANAL = str(SAMPLES / "three-node-canal")


def run(*words: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run podpath as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "podpath", *words], input=stdin, capture_output=True, check=False, timeout=50,
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent / "src"), **env},
    )  # fmt: skip


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """And exits with 0."""
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert all(word in text for word in ("check", "sql", "explain", "collect", "completion"))


def test_help_loads_no_slow_package() -> None:
    """DuckDB, rich and YAML are loaded only when they are needed, and so are the tables and what asks them."""
    slow = "('duckdb', 'rich', 'yaml', 'orjson', 'podpath.state.column', 'podpath.walk', 'podpath.checks')"
    code = f"import sys, podpath.cli.main as m; m.parser(); print([n for n in {slow} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30,
                          env={**os.environ, "PYTHONPATH": str(SAMPLES.parent / "src")})  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_bad_usage_exits_with_2() -> None:
    """As every command line does."""
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(["check", "--no-such-option"])
    assert stop.value.code == 2


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`podpath … | head -1` says nothing on standard error."""
    command = f"{sys.executable} -m podpath explain | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=30,
                          env={**os.environ, "PYTHONPATH": str(SAMPLES.parent / "src")})  # fmt: skip
    assert (done.stdout, done.stderr) == ("concepts\n", "")


def test_messages_go_to_standard_error_and_results_to_standard_output() -> None:
    """JSON stands alone."""
    done = run("check", "--format", "json", CANAL)
    assert done.returncode == 0
    assert done.stdout.startswith(b"{")
    assert done.stderr == b""


def test_standard_input_is_a_snapshot_too() -> None:
    """In UTF-16 as well."""
    text = (SAMPLES / "three-node-canal" / "192.168.200.204.txt").read_text(encoding="utf-8")
    done = run("check", "--format", "json", "-", stdin=text.encode("utf-16"))
    assert done.returncode == 0
    assert b'"stdin"' in done.stdout


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_terminal_without_unicode_gets_ascii(locale: str) -> None:
    """And no traceback."""
    done = run("check", CANAL, LC_ALL=locale, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert done.stdout.decode("ascii").startswith("? ")


def test_what_fails_over_a_snapshot_may_be_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever made the file may have written what podpath never does; of a text podpath alone is to blame."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError("odd")

    snapshot, text = tmp_path / "a.podpath", tmp_path / "a.txt"
    with Store(snapshot):
        pass
    text.write_text("x\n")
    monkeypatch.setattr("podpath.cli.snapshots.open_snapshots", fail)
    said = {}
    for file in (snapshot, text):
        assert main(["check", str(file)]) == 2
        said[file] = capsys.readouterr().err
    assert said[snapshot].startswith(f"podpath: {snapshot} contains data that podpath never writes, or this is a bug")
    assert said[text].startswith("podpath: this is a bug in podpath (ValueError")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["chekc", CANAL], "there is no command chekc; did you mean check?"),
        (["check", CANAL, "--formt", "json"], "did you mean --format?"),
        (["trace", "a", "b", "--prot=tcpp"], "invalid choice: 'tcpp'"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(words: list[str], expected: str) -> None:
    """Of a command, and of an option."""
    done = run(*words)
    assert done.returncode == 2
    assert expected in done.stderr.decode()


def test_options_may_stand_before_the_command() -> None:
    """As many programs allow it."""
    before, behind = run("--format", "json", "check", CANAL), run("check", "--format", "json", CANAL)
    assert (before.returncode, before.stdout) == (behind.returncode, behind.stdout)


def test_a_port_has_a_name() -> None:
    """That of /etc/services (services(5))."""
    assert parser().parse_args(["trace", "a", "b", "--port", "80"]).port == 80
    if Path("/etc/services").exists():
        assert parser().parse_args(["trace", "a", "b", "--port", "http"]).port == 80
    assert "neither a port nor a service" in run("trace", "a", "b", "--port", "nonesuch").stderr.decode()
