"""What was dropped, as text and JSON."""

import json
from pathlib import Path

import jsonschema
import pytest

import podpath.report
from podpath.report.drops import DropsTerminal, json_end, json_line
from podpath.report.terminal import as_text
from podpath.state.drop import Drop, Drops, Layer, Meaning

INNER = Layer("10.42.0.10", "10.42.1.17", "tcp", None, 5432)
OUTER = Layer("192.168.5.1", "192.168.5.2", "udp", None, 8472, "VXLAN 1")
DROPS = (
    Drop("OTHERHOST", "ip_rcv_core", "", "flannel.1", (INNER,), 0x0800, 120, 10.0),
    Drop("OTHERHOST", "ip_rcv_core", "", "flannel.1", (INNER._replace(dst="fd00::5"),), 0x86DD, 2, 10.0),
    Drop("NOT_SPECIFIED", "br_forward", "pod:shop/web-1", "eth0", (OUTER, INNER), 0x0800, 3, 10.0),
    Drop("UNHANDLED_PROTO", "", "?", "if7", (), 0x88CC, 1, 10.0),
    Drop("NEIGH_FAILED", "", "pid:77", "eth0", (Layer("10.0.0.1", "10.0.0.2", "arp"),), 0x0806, 1, 10.0),
)
MEANINGS = {"OTHERHOST": Meaning("the frame is for another host's MAC", ("vtep-mac-mismatch",))}
SEEN = Drops("n1", 10.0, DROPS, 0, MEANINGS)
SCHEMA = json.loads((Path(podpath.report.__file__).parent / "drops.schema.json").read_text(encoding="utf-8"))

EXPECTED = """\
✗ 127 packets dropped in 10.0 s on n1, for 4 reasons

   COUNT    RATE  REASON           WHERE, FLOW
     122    12/s  OTHERHOST        host  flannel.1
                  120 × 10.42.0.10 → 10.42.1.17:5432/tcp
                  2 × 10.42.0.10 → [fd00::5]:5432/tcp
       3  18/min  NOT_SPECIFIED in br_forward  pod shop/web-1  eth0
                  10.42.0.10 → 10.42.1.17:5432/tcp  in VXLAN 1, 192.168.5.1 →
                    192.168.5.2
       1   6/min  UNHANDLED_PROTO  a namespace that is gone, or unknown
                  ethertype 0x88cc
       1   6/min  NEIGH_FAILED     process 77  eth0
                  10.0.0.1 asks for 10.0.0.2 (ARP)

  OTHERHOST: the frame is for another host's MAC
  more  podpath explain OTHERHOST
"""


def test_a_table_is_folded_by_reason_and_place() -> None:
    """Within 80 columns; flows below their row, the most frequent first."""
    assert as_text(DropsTerminal().lines(SEEN)) == EXPECTED


@pytest.mark.parametrize(
    ("drops", "line"),
    [
        (Drops("n1", 2.0, (), 0, {}), "✓ no packet dropped in 2.0 s on n1\n"),
        (Drops("n1", 2.0, (), 9, {}), "? 9 more drops could not be recorded: they came faster than podpath reads\n"),
    ],
)
def test_silence_is_health_only_if_nothing_was_lost(drops: Drops, line: str) -> None:
    """What could not be recorded is unknown, never fine."""
    assert as_text(DropsTerminal().lines(drops)) == line


def test_rows_that_do_not_fit_are_counted() -> None:
    """And are in JSON."""
    assert "and 3 more rows: --format json lists them" in as_text(DropsTerminal(rows=1).lines(SEEN))


def test_ascii_is_enough() -> None:
    """Where the terminal has no Unicode."""
    assert "10.42.0.10 -> 10.42.1.17" in as_text(DropsTerminal(unicode=False).lines(SEEN))


def test_json_lines_fit_their_schema() -> None:
    """Each is a document of its own."""
    lines = [json_line(SEEN, drop, "2026-01-02T03:04:05.678+00:00") for drop in DROPS]
    documents = [json.loads(line) for line in (*lines, json_end(SEEN, "2026-01-02T03:04:05.678+00:00"))]
    for document in documents:
        jsonschema.validate(document, SCHEMA)
    assert documents[0]["causes"] == ["vtep-mac-mismatch"]
    assert documents[0]["rate"] == 12
    assert documents[-1]["packets"] == 127


def test_a_name_acts_on_no_terminal() -> None:
    """Names of devices and containers are anybody's."""
    evil = DROPS[0]._replace(netns="container:\x1b[2J\n", interface="\x9bx")
    drops = SEEN._replace(drops=(evil,))
    text = as_text([*DropsTerminal().lines(drops), DropsTerminal().line(evil, "12:00:00")]) + json_line(drops, evil, "t")
    assert "\x1b" not in text
    assert "\x9b" not in text
