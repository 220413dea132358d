"""What was seen, in words."""

import json
from importlib.resources import files

import jsonschema
import pytest

from podpath.report.live import duration, sentence
from podpath.report.terminal import as_text
from podpath.report.trace import TraceTerminal, as_json
from podpath.state.live import Agreement, Fate, Live, Lower, Rung, SeenDrop, SeenHop, Sight
from podpath.state.trace import Branch, Hop, Leg, Sent, Trace, Verdict
from tests.report.test_trace import LOST, TRACE

OUT, INTO = True, False
HOPS = (
    Hop("n1", "netns:web", "eth0", OUT, 0, 1),
    Hop("n1", "", "flannel.1", OUT, 1, 2),
    Hop("n2", "", "flannel.1", INTO, 3, 3),
)
SEEN = (SeenHop(Sight.SEEN, 0.0), SeenHop(Sight.SEEN, 11.4), SeenHop(Sight.SEEN, 1234.0))
HIDDEN = SeenHop(Sight.HIDDEN)
DROP = SeenDrop("n2", "", "flannel.1", "OTHERHOST", "ip_rcv_core", "another host's", ("vtep-mac-mismatch",), 78.0)
LIVE = Live(Rung.TRACEPOINTS, Agreement.AGREED, Fate.SILENT, 3, 0, 3, forward=SEEN, hop=2, drop=DROP)


def shown(live: Live, branch: Branch = LOST, proto: str = "tcp") -> Trace:
    """Return a trace with what was seen of it."""
    leg = Leg(branch.verdict, 1.0, (branch._replace(hops=HOPS),))
    return TRACE._replace(forward=leg, live=live, sent=Sent("netns:web", 1, "n1", None, "10.42.1.7", proto, 80))


def text(trace: Trace, *, unicode: bool = True) -> str:
    """Return a trace as a terminal shows it."""
    return as_text(TraceTerminal(80, unicode=unicode).lines(trace))


def test_the_column_stands_at_the_right_within_eighty_columns() -> None:
    """A sign and a time for each step that has a hop; below, how many were sent."""
    lines = text(shown(LIVE)).splitlines()
    assert lines[1] == "✓ predicted and seen: dropped on n2 flannel.1 (OTHERHOST)"
    assert max(map(len, lines)) <= 80
    (head,) = (line for line in lines if line.startswith("there"))
    assert head.endswith("MTU 1450       seen")
    steps = [line for line in lines if line.endswith("s") and "✓" in line[60:]]
    assert [line[-9:] for line in steps] == ["✓    0 µs", "✓   11 µs", "✓  1.2 ms"]
    assert "live    3 TCP handshakes sent, 0 answered, 3 alike" in lines


def test_ascii_is_enough() -> None:
    """But for the sign of micro, which the report writes in words of its own elsewhere."""
    assert (
        text(shown(LIVE._replace(forward=(SEEN[0]._replace(sight=Sight.MISSED, microseconds=None),))), unicode=False).count("X")
        >= 2
    )


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (LIVE, "predicted and seen: dropped on n2 flannel.1 (OTHERHOST)"),
        (LIVE._replace(drop=DROP._replace(reason="NOT_SPECIFIED", function="br_forward", netns="pod:a/b")),
         "predicted and seen: dropped on n2 a/b flannel.1 (NOT_SPECIFIED in br_forward)"),
        (LIVE._replace(drop=None, error="EHOSTUNREACH", fate=Fate.ERROR),
         "predicted and seen: dropped on n2 flannel.1, and the sender gets EHOSTUNREACH"),
        (LIVE._replace(fate=Fate.ANSWERED, drop=None), "predicted and seen: delivered, there and back"),
        (LIVE._replace(fate=Fate.ARRIVED, drop=None), "predicted and seen: it arrives; no answer came, and UDP needs none"),
        (LIVE._replace(agreement=Agreement.NETWORK, drop=None),
         "predicted to pass n1 flannel.1, not seen on n2 flannel.1: the network between the nodes does not carry UDP 8472"),
        (LIVE._replace(agreement=Agreement.NETWORK, drop=None, answered=2, alike=1),
         "predicted to pass n1 flannel.1, not seen on n2 flannel.1: "
         "the network between the nodes lost UDP 8472 (1 of 3 fared so)"),
        (LIVE._replace(agreement=Agreement.DISAGREED, forward=(*SEEN[:2], SeenHop(Sight.MISSED)), drop=None),
         "model and kernel disagree at step 4: predicted to pass n2 flannel.1, where it was not seen; the sender got no answer"),
        (LIVE._replace(agreement=Agreement.DISAGREED, fate=Fate.ANSWERED, drop=None, hop=None),
         "model and kernel disagree: predicted dropped; the sender got the answer"),
        (LIVE._replace(agreement=Agreement.UNSHOWN, drop=DROP._replace(reason="UDP_CSUM", meaning="a checksum is wrong")),
         "dropped on n2 flannel.1 (UDP_CSUM), which no table shows: a checksum is wrong"),
        (LIVE._replace(agreement=Agreement.SEEN), "seen, where the evidence does not tell: dropped on n2 flannel.1 (OTHERHOST)"),
        (LIVE._replace(agreement=Agreement.UNSEEN, fate=Fate.ERROR, error="EPERM", drop=None, hop=None),
         "predicted dropped, not observed: the sender got EPERM"),
        (LIVE._replace(agreement=Agreement.UNSEEN, drop=None, hop=1),
         "predicted dropped, seen last on n1 flannel.1, and not observed behind it: the sender got no answer"),
        (LIVE._replace(agreement=Agreement.UNSEEN, forward=(SEEN[0], HIDDEN, SeenHop(Sight.MISSED)), drop=None),
         "predicted dropped, not seen on n2 flannel.1, and not observed behind n1 web eth0: the sender got no answer"),
        (LIVE._replace(agreement=Agreement.UNSEEN, forward=(HIDDEN, HIDDEN, SeenHop(Sight.MISSED)), drop=None),
         "predicted dropped, not seen on n2 flannel.1, and not observed before it: the sender got no answer"),
        (LIVE._replace(drop=None), "as predicted, though the drop itself was not seen: dropped on n2 flannel.1"),
        (LIVE._replace(forward=(HIDDEN,) * 3, drop=None), "as predicted, though no hop was seen: dropped on n2 flannel.1"),
    ],
)  # fmt: skip
def test_each_verdict_is_a_sentence(live: Live, words: str) -> None:
    """What was predicted, what was seen, and where."""
    assert sentence(shown(live), live) == words


def test_a_disagreement_ends_with_what_to_do() -> None:
    """And the kernel's reason with its page."""
    lines = text(shown(LIVE._replace(agreement=Agreement.DISAGREED)))
    assert "more  podpath explain OTHERHOST" in lines
    assert "podpath collect --redact -o report.podpath" in lines


def test_a_lower_rung_says_why() -> None:
    """And what would help; what could not be recorded is told."""
    lower = (Lower(Rung.TRACEPOINTS, "the kernel is too old", "use a newer one"),)
    lines = text(shown(LIVE._replace(rung=Rung.NOTHING, lower=lower, lost=3, microseconds=84.0, path_mtu=1450)))
    words = " ".join(lines.split())
    assert "watched through the sender's socket alone, which sees neither hops nor drops, because - the kernel is too" in words
    assert "        - the kernel is too old: use a newer one\n" in lines
    assert "✓ as predicted, though no hop was seen: dropped" in lines
    assert "3 observations could not be recorded" in lines
    assert "first answer after 84 µs" in lines
    assert "1450 bytes" in lines


def test_what_would_tell_is_one_command() -> None:
    """Where nobody looked first; names of nodes and devices are quoted."""
    hops = (HOPS[0], HOPS[1]._replace(node="n 1", interface="a$(b)"), HOPS[2])
    live = LIVE._replace(agreement=Agreement.UNSEEN, forward=(SEEN[0], HIDDEN, HIDDEN), drop=None, hop=0)
    trace = shown(live)
    leg = trace.forward._replace(branches=(trace.forward.worst._replace(hops=hops),))
    assert "what would tell, on 'n 1':\n          tcpdump -nei 'a$(b)'\n" in text(trace._replace(forward=leg))
    assert "what would tell" not in text(shown(LIVE))
    left = LIVE._replace(lower=(Lower(Rung.TRACEPOINTS, "n2: no python"),), forward=(HIDDEN, *SEEN[1:]), drop=None)
    assert "some hops were not watched, because\n        - n2: no python\n" in text(shown(left))
    assert "what would tell, inside netns:web on n1:\n          tcpdump -nei eth0\n" in text(shown(left))


def test_a_reason_without_a_page_leads_to_none() -> None:
    """A kernel newer than podpath."""
    assert "podpath explain OTHERHOST" not in text(
        shown(LIVE._replace(agreement=Agreement.UNSHOWN, drop=DROP._replace(meaning="")))
    )


def test_json_fits_its_schema() -> None:
    """Each hop with its sight; a trace without packets has none of it."""
    schema = json.loads(files("podpath.report").joinpath("trace.schema.json").read_text("utf-8"))
    document = json.loads(as_json(shown(LIVE)))
    jsonschema.validate(document, schema)
    assert [hop["seen"] for hop in document["live"]["forward"]] == ["seen"] * 3
    assert document["live"]["drop"]["reason"] == "OTHERHOST"
    assert "live" not in json.loads(as_json(TRACE))


@pytest.mark.parametrize(("time", "words"), [(0.2, "0 µs"), (999, "999 µs"), (1234, "1.2 ms"), (45678, "46 ms")])
def test_times_are_easy_to_read(time: float, words: str) -> None:
    """Two or three digits and a unit."""
    assert duration(time) == words


def test_a_refusal_is_called_one() -> None:
    """By the verdict of the path."""
    refused = LOST._replace(verdict=Verdict.REFUSED)
    live = LIVE._replace(drop=DROP._replace(reason="NO_SOCKET"), error="ECONNREFUSED", fate=Fate.ERROR)
    assert sentence(shown(live, refused), live) == "predicted and seen: refused on n2 flannel.1 (NO_SOCKET)"
