"""The text and the JSON of a trace."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.terminal import as_text
from podpath.report.trace import TraceTerminal, as_json
from podpath.state.address import V4_BASE, Ip, parse_ip
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Evidence, Finding, Severity
from podpath.state.step import Encapsulated, Ended, RouteTaken
from podpath.state.trace import Branch, Headers, Leg, Trace, TraceStep, Verdict

SHOWN = Evidence("n1", "", "ip route show", "10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink", "n1.txt", 7)
DEFAULT = RouteTaken(
    destination=parse_ip("10.42.1.7"), family=4, prefix=Ip(V4_BASE), length=0, local=False, via=parse_ip("10.42.0.1"), dev="eth0",
    onlink=False,
)  # fmt: skip
REMOTE = DEFAULT._replace(prefix=parse_ip("10.42.1.0"), length=24, via=parse_ip("10.42.1.0"), dev="flannel.1", onlink=True)
WRAPPED = Encapsulated("vxlan", parse_ip("192.168.0.1"), parse_ip("192.168.0.2"), 8472, 1)
STEPS = (
    TraceStep("n1", "netns:web", "eth0", DEFAULT, None),
    TraceStep("n1", "", "flannel.1", REMOTE, None, (SHOWN,)),
    TraceStep("n1", "", "flannel.1", WRAPPED, None),
    TraceStep("n2", "", "flannel.1", Ended("flannel.1 on n2 has MAC 02:00:00:00:00:99: dropped as OTHERHOST"), None),
)
CAUSE = Finding(
    "vtep-mac-mismatch",
    Severity.ERROR,
    Confidence.PROVEN,
    "n2",
    "",
    "flannel.1 on n2 has another MAC",
    "It drops them.",
    (SHOWN,),
    (),
)
LOST = Branch(Verdict.DROPPED, 1.0, STEPS, path_mtu=1450, cause=CAUSE)
FLOW = Headers("10.42.0.5", "10.42.1.7", "tcp", 80)
TRACE = Trace("web", "db", FLOW, Verdict.DROPPED, "", CAUSE, Leg(Verdict.DROPPED, 1.0, (LOST,)), None)
OPEN = TRACE._replace(
    verdict=Verdict.UNKNOWN,
    cause=None,
    unknowns=(Unknown("n2", "the routes", "ip route show table all; ip rule show"),),
    forward=Leg(Verdict.UNKNOWN, 0.5, (LOST._replace(verdict=Verdict.UNKNOWN, probability=0.5), LOST._replace(probability=0.5))),
    remarks=("the reply takes another path",),
    assumed=("listening",),
)


def text(trace: Trace, width: int = 80, *, unicode: bool = True) -> str:
    """Return a trace as a terminal shows it."""
    return as_text(TraceTerminal(width, unicode=unicode).lines(trace))


def test_the_cause_comes_first_and_eighty_columns_are_enough() -> None:
    """Then the way, with the tunnel drawn around it."""
    lines = text(TRACE).splitlines()
    assert lines[0] == "✗ web → db port 80 (tcp) is dropped on n2"
    assert lines[2].startswith("✗ vtep-mac-mismatch")
    assert any(line.startswith("there") and line.endswith("MTU 1450") for line in lines)
    assert "  ═══ VXLAN 1, UDP 8472, 192.168.0.1 → 192.168.0.2 ═══" in lines
    assert lines[-1] == "back    not reached"
    assert max(map(len, lines)) <= 80


def test_a_terminal_without_unicode_gets_ascii() -> None:
    """No sign is lost."""
    shown = text(TRACE, unicode=False)
    assert shown.isascii()
    assert "=== VXLAN 1" in shown


def test_what_is_not_known_begins_with_the_commands_that_tell() -> None:
    """And branches are told with their shares, and what was assumed, and what is worth knowing."""
    shown = text(OPEN)
    assert shown.startswith("? web → db port 80 (tcp) may not arrive")
    assert "  on n2, run this and paste what it prints, too:\n    ip route show table all; ip rule show\n" in shown
    assert "? unknown: the routes, on n2\n" in shown
    assert "50% of flows unknown" in shown
    assert "assumed, because you said so: listening" in shown
    assert "note: the reply takes another path" in shown


def test_the_json_document_is_what_its_schema_says() -> None:
    """The schema ships with the package."""
    schema = json.loads((files("podpath.report") / "trace.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for trace in (TRACE, OPEN):
        document = json.loads(as_json(trace))
        jsonschema.validate(document, schema)
        assert document["forward"]["steps"] == document["forward"]["branches"][0]["steps"]
