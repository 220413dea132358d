"""`podpath diff` for people and for programs."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.diff import as_json, as_text
from podpath.state.change import Change, CheckChange, Diff, FieldChange, Kind, Standing
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Evidence, Finding, Severity

LINE = Evidence("n1", "", "ip route show", "10.1.0.0/16 via 10.0.0.9 dev eth0", "n1.txt", 3)
FOUND = Finding("peer-route-missing", Severity.ERROR, Confidence.PROVEN, "n1", "", "n1 has no route to n2", "why", (LINE,), ())
WHOLE = Diff(
    ("n1", "n2"),
    7300.0,
    (CheckChange(FOUND, Standing.CLEAN, Standing.FAILING),),
    (
        Change("n1", "", "route", Kind.VANISHED, "10.1.0.0/16", old=LINE),
        Change("n1", "pod:a/b", "link", Kind.CHANGED, "eth0", (FieldChange("mtu", "1500", None),), LINE, LINE),
        Change("n2", "", "link", Kind.APPEARED, "eth1"),
        Change("n2", "", "address", Kind.APPEARED, "eth1 10.0.0.1", under="eth1"),
    ),
    (Unknown("n3", "the new snapshot has no such node", "podpath collect --ssh n3"),),
)
EMPTY = Diff(("n1",), None, (), (), ())


def test_the_lines_for_people() -> None:
    """Checks first, then node by node; what came with a device stands under it."""
    assert as_text(WHOLE, 80, unicode=True).splitlines() == [
        "✗ 4 changes, 1 finding more on 2 nodes, 2 hours later",
        "",
        "✗ peer-route-missing    n1",
        "  was clean, is failing: n1 has no route to n2",
        "",
        "n1",
        "  - route 10.1.0.0/16 via 10.0.0.9 dev eth0",
        "",
        "n1 pod:a/b",
        "  ~ link eth0: mtu 1500 → none",
        "",
        "n2",
        "  + link eth1",
        "      and with it 1 address",
        "",
        "? not compared: n3: the new snapshot has no such node",
        "  run: podpath collect --ssh n3",
    ]
    assert as_text(WHOLE, 80, unicode=False).isascii()


def test_silence_where_nothing_changed() -> None:
    """One line."""
    assert as_text(EMPTY, 80, unicode=True) == "✓ nothing changed on 1 node\n"
    assert as_text(EMPTY._replace(unknowns=WHOLE.unknowns), 80, unicode=True).startswith("? nothing changed in")


def test_the_document_keeps_to_its_schema() -> None:
    """Which ships beside the module."""
    schema = json.loads(files("podpath.report").joinpath("diff.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for diff in (WHOLE, EMPTY):
        jsonschema.validate(json.loads(as_json(diff)), schema)
