"""Short answers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath import api
from podpath.report import brief
from podpath.state.visible import HIDDEN

SAMPLES = Path(__file__).parents[2] / "samples"


@given(
    names=st.lists(st.text(max_size=20), min_size=1, max_size=5),
    rows=st.lists(st.lists(st.text(max_size=500) | st.none() | st.integers(), max_size=6), max_size=80),
)
def test_no_answer_is_longer_than_it_may_be(names: list[str], rows: list[list[object]]) -> None:
    """Whatever its rows hold; lines that are left out are counted, and no control character leaves."""
    answer = brief.of_rows(names, rows)
    lines = answer.removesuffix("\n").split("\n")
    assert len(answer.encode()) <= brief.MOST
    assert not any(HIDDEN.search(line.replace("\t", "")) for line in lines[2:])
    last = lines[-1]
    left = int(last.split()[1]) if len(lines) < len(rows) + 2 else 0
    assert len(lines) - (1 if left else 0) + left == len(rows) + 2


def test_a_report_gives_findings_with_evidence_and_fix() -> None:
    """The first line is the verdict; places of evidence have file and line."""
    with api.load(SAMPLES / "broken-tunnel") as snapshot:
        lines = brief.of_report(api.check(snapshot)).splitlines()
    assert lines[0] == "2 causes break 2 of 2 node pairs"
    assert lines[1].startswith("error vtep-mac-mismatch on n2 (proven): ")
    assert any(line.startswith("  n1: ip neigh show: ") and line.endswith("n1.txt:62]") for line in lines)
    assert any(line.startswith("  fix: ") for line in lines)
    assert lines[-1].startswith("  run: ")


@pytest.mark.parametrize(
    ("source", "destination", "first"),
    [
        ("p1", "p2", "dropped: p1 → p2 (icmp) is dropped on n2"),
        ("p1", "8.8.8.8", "unknown: p1 → 8.8.8.8 (icmp) "),
    ],
)
def test_a_trace_gives_its_verdict_first(source: str, destination: str, first: str) -> None:
    """Then the cause with its evidence, or what is not known with the command that would show it."""
    with api.load(SAMPLES / "broken-tunnel") as snapshot:
        lines = brief.of_trace(api.trace(snapshot, source, destination)).splitlines()
    assert lines[0].startswith(first)
    assert any(line.startswith("  n2: " if first.startswith("dropped") else "unknown: ") for line in lines)
