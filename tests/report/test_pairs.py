"""The matrix of all pairs."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.pairs import PairTerminal, as_json
from podpath.report.terminal import as_text
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Finding, Severity
from podpath.state.trace import PairCause, PairMatrix, Verdict

CAUSE = Finding("port-without-bridge", Severity.ERROR, Confidence.PROVEN, "n1", "", "vethb has no master", "", (), ())
MATRIX = PairMatrix(
    ("a", "b", "c"),
    ("a", "b", "c"),
    {
        ("a", "b"): Verdict.UNREACHABLE,
        ("b", "a"): Verdict.UNREACHABLE,
        ("a", "c"): Verdict.DELIVERED,
        ("c", "a"): Verdict.UNKNOWN,
    },
    (
        PairCause(Verdict.UNREACHABLE, CAUSE, (), (("a", "b"), ("b", "a"))),
        PairCause(Verdict.UNKNOWN, None, (Unknown("n2", "the routes", "ip route show"),), (("c", "a"),)),
    ),
    3,
)


def test_red_cells_are_told_once_for_their_cause() -> None:
    """Then what is not known, then the matrix."""
    shown = as_text(PairTerminal().lines(MATRIX))
    lines = shown.splitlines()
    assert lines[0] == "✗ 1 of 4 pairs delivered, there and back; 2 not; 1 unknown"
    assert shown.count("vethb has no master") == 1
    assert "✗ 2 pairs unreachable: a → b, b → a" in lines
    assert "  run: ip route show" in lines
    assert [line for line in lines if line.startswith(("a  ", "b  ", "c  "))] == ["a   ·  ✗  ✓", "b   ✗  ·  ·", "c   ?  ·  ·"]


def test_silence_is_golden() -> None:
    """All delivered is one line."""
    fine = MATRIX._replace(verdicts={("a", "b"): Verdict.DELIVERED}, causes=())
    assert as_text(PairTerminal(unicode=False).lines(fine)) == "+ 1 of 1 pair delivered, there and back\n"


def test_the_json_document_is_what_its_schema_says() -> None:
    """The schema ships with the package."""
    schema = json.loads((files("podpath.report") / "trace-pairs.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(as_json(MATRIX)), schema)
