"""The report on a terminal."""

import pytest

from podpath.report.terminal import Terminal, as_ansi, as_text
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Finding, Report, Severity
from tests.checks.overlay.mesh.clusters import damaged, judged, texts


def shown(report: Report, width: int = 80, *, unicode: bool = True) -> list[str]:
    """Return the lines as plain text."""
    return as_text(Terminal(width, unicode=unicode).lines(report)).splitlines()


def test_the_cause_comes_first_then_its_line_then_what_to_type() -> None:
    """A tired person reads from the top."""
    text = "\n".join(shown(judged(damaged("204", "dst 192.168.200.206", "dst 192.168.200.209"))))
    places = [
        text.index(word) for word in ("1 cause breaks 1 of 6", "fdb-stale-vtep-ip", "204.txt:29", "bridge fdb replace", "✗")
    ]
    assert places[:4] == sorted(places[:4])


@pytest.mark.parametrize("width", [60, 80, 132])
def test_prose_stays_within_the_terminal(width: int) -> None:
    """Only commands to be copied may be longer, each alone on its line."""
    lines = shown(judged(damaged("206", "ether 82:ce:7c:3e:91:36", "ether 5e:89:db:49:c6:a4")), width)
    long = [line for line in lines if len(line) > width]
    assert all(line.startswith("          ") and line.split()[0] in ("ip", "bridge") for line in long), long


def test_the_matrix_shows_every_pair_by_sign() -> None:
    """Rows send, columns receive."""
    lines = shown(judged(texts()))
    at = next(i for i, line in enumerate(lines) if line.startswith("flannel.1"))
    assert [line.split() for line in lines[at : at + 4]] == [
        ["flannel.1", "to", "204", "205", "206"],
        ["from", "204", "·", "✓", "✓"],
        ["205", "?", "·", "?"],
        ["206", "?", "?", "·"],
    ]


def test_without_unicode_the_signs_are_ascii() -> None:
    """A terminal of another locale shows the same."""
    text = "\n".join(shown(judged(texts()), unicode=False))
    assert text.isascii()


def test_colours_change_no_text() -> None:
    """Without its escape sequences the coloured report is the plain one."""
    import re

    report = judged(texts())
    lines = list(Terminal(80).lines(report))
    assert re.sub(r"\x1b\[[0-9;]*m", "", as_ansi(lines, 80)) == as_text(lines)
    assert "\x1b[" in as_ansi(lines, 80)


def test_names_are_never_markup() -> None:
    """A container may be called like a style of the terminal library."""
    finding = Finding("x", Severity.ERROR, Confidence.PROVEN, "[red]n[/red]", "", "[bold]s[/bold]", "w", (), ())
    assert "[bold]s[/bold]" in as_ansi(Terminal(80).lines(Report(("n",), (finding,), (), (), 1)), 80)


def open_on(*places: tuple[str, str, str], finding: bool = False) -> Report:
    """Return a report with unknowns of the mesh: the node, what is unknown, the command."""
    found = Finding("mtu-exceeds-path", Severity.ERROR, Confidence.PROVEN, "n1", "", "s", "w", (), ())
    unknowns = tuple(Unknown(node, missing, command, ("mesh flannel.1",)) for node, missing, command in places)
    return Report(("n1", "n2"), (found,) if finding else (), unknowns, (), 1)


def test_what_to_run_next_comes_first_in_one_line_for_each_node() -> None:
    """Where there would be several; what cannot be typed as it stands is beside what it would tell."""
    report = open_on(
        ("n1", "a", "ip rule"), ("n2", "b", "ip neigh"), ("n2", "c", "ip rule"), ("n3", "d", "ip rule"),
        ("n4", "e", "podpath collect (on that host)"),
    )  # fmt: skip
    assert shown(report)[1:] == [
        "  next, on n1 and n3, run:", "    ip rule", "  next, on n2, run:", "    ip neigh; ip rule", "",
        "? unknown: a, on n1", "? unknown: b and c, on n2", "? unknown: d, on n3", "? unknown: e, on n4",
        "  run: podpath collect (on that host)",
    ]  # fmt: skip
    assert shown(open_on(("n1", "a", "ip rule")))[1:] == ["", "? unknown: a, on n1", "  run: ip rule"]


def test_what_to_run_comes_behind_what_is_wrong() -> None:
    """The fix is what to do next then."""
    lines = shown(open_on(("n1", "a", "ip rule"), ("n2", "b", "ip neigh"), finding=True))
    assert lines.index("  next, on n1, run:") > next(at for at, line in enumerate(lines) if "podpath explain" in line)


def test_commands_of_a_fleet_are_left_to_its_json() -> None:
    """A screen shows three lines."""
    lines = shown(open_on(*((f"n{at}", "a", f"ip route show table {at}") for at in range(9))))
    assert sum(line.startswith("  next, on") for line in lines) == 3
    assert "  and other commands on 6 nodes: --format json lists them" in lines
