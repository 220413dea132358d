"""How far many nodes are."""

import io
import sys
from pathlib import Path

import pytest

from podpath.cli.fleet import Fleet, size_text
from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer

HOSTS = [Host(f"n{number}", f"n{number}") for number in range(4)]
GOOD = Answer(HOSTS[0], Path("x"), 10.0, 11.5, size=2_500_000)
BAD = Answer(HOSTS[1], None, 10.0, 11.0, problem="no\\x1b")


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_plain_lines_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    """One for each node that is done."""
    with Fleet(2) as fleet:
        for answer in (GOOD, BAD):
            fleet.started(answer.host)
            fleet.heard(answer.host, 5)
            fleet.finished(answer)
    assert capsys.readouterr().err == "podpath: 1/2 n0: 2.5 MB in 1.5 s\npodpath: 2/2 n1: no\\x1b\n"


def test_nothing_where_it_is_not_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet."""
    with Fleet(1, quiet=True) as fleet:
        fleet.finished(GOOD)
    assert capsys.readouterr() == ("", "")


def test_a_live_line_for_each_node_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, and the nodes that run with their time and size; a failure stays on the screen."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Fleet(4) as fleet:
        for host in HOSTS[:3]:
            fleet.started(host)
        fleet.heard(HOSTS[2], 70_000)
        fleet.finished(GOOD)
        fleet.finished(BAD)
        drawn = fleet._drawing().plain
    assert drawn.startswith("1 done, 1 failed, 1 running, 1 waiting, about ")
    assert "  n2" in drawn
    assert "70 kB" in drawn
    assert "podpath: n1: no\\x1b" in screen.getvalue()


def test_the_estimate_follows_what_is_done() -> None:
    """Two of four in ten seconds: ten more."""
    fleet = Fleet(4, quiet=True)
    fleet.finished(GOOD)
    fleet.finished(BAD)
    assert fleet.summary(fleet._began + 10) == "1 done, 1 failed, 0 running, 2 waiting, about 10 s left"
    assert size_text(1_500) == "2 kB"
