"""The progress line."""

import pytest

from podpath.cli.progress import Progress


def test_nobody_watches_nothing_is_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe gets no bar, however long it takes."""
    monkeypatch.setattr("podpath.cli.progress._PATIENCE", -1)
    with Progress() as progress:
        progress.step("reading")
        for _ in range(2000):
            progress.read("reading", 512)
    assert capsys.readouterr().err == ""


def test_a_watcher_is_shown_what_is_done_after_a_while(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once work takes longer than a second, on standard error."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with Progress(3) as quick:
        quick.step("quick")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("podpath.cli.progress._PATIENCE", -1)
    with Progress(3) as slow:
        slow.step("reading n1.txt")
    assert "reading n1.txt" in capsys.readouterr().err


def test_it_rests_while_something_else_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """And stays away where nobody wants to see it."""
    with Progress() as progress:
        progress._watched, progress._started = True, 0
        progress.step("one")
        assert progress._bar is not None
        progress.rest()
        assert progress._bar is None
        progress.step("two")
        progress.rest(quiet=True)
        progress.step("three")
        assert progress._bar is None
    assert "three" not in capsys.readouterr().err


def test_verbose_is_a_line_for_each_step_with_its_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On any output; blocks of one text are one step, and hostile names cannot write over the line."""
    monkeypatch.setattr(Progress, "verbose", True)
    with Progress() as progress:
        progress.step("reading n1.txt")
        progress.read("reading n1.txt", 512)
        progress.step("checking \x1b[2K")
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" s  ")[2] for line in lines] == ["reading n1.txt", "checking \\x1b[2K"]
    assert all(line.startswith("podpath: ") and float(line[9:].split()[0]) >= 0 for line in lines)
