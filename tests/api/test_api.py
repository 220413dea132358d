"""What programs call."""

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

from podpath import api
from podpath.state.finding import Confidence
from podpath.state.trace import Verdict

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken-tunnel"
KEPT = {
    "check": "(snapshot, ignore)",
    "diff": "(old, new, ignore)",
    "explain": "(name)",
    "load": "(sources, as_of, most_nodes)",
    "loads": "(text, name)",
    "sql": "(snapshot, query)",
    "trace": "(snapshot, source, destination, proto, port, source_port, size, dont_fragment, family, assume)",
    "what_if": "(snapshot, commands, source, destination, proto, port, source_port, size, dont_fragment, family, assume)",
}


def test_the_names_stay() -> None:
    """Programs are written against them: what is added here is for good."""
    offered = {name: getattr(api, name) for name in api.__all__}
    functions: dict[str, Callable[..., object]] = {name: each for name, each in offered.items() if inspect.isfunction(each)}
    assert {name: f"({', '.join(inspect.signature(each).parameters)})" for name, each in functions.items()} == KEPT
    assert {*offered} - {*functions} == {"Snapshot", "UserError"}


def test_a_broken_tunnel_is_found_traced_and_mended() -> None:
    """As the commands do: the cause, its fix, and the same packet after the fix."""
    with api.load(BROKEN) as snapshot:
        assert snapshot.nodes == ("n1", "n2")
        findings = api.check(snapshot).findings
        assert (findings[0].check, findings[0].confidence, findings[0].node) == ("vtep-mac-mismatch", Confidence.PROVEN, "n2")
        before = api.trace(snapshot, "p1", "p2")
        assert (before.verdict, before.cause and before.cause.check) == (Verdict.DROPPED, findings[0].check)
        fixes = [step.command for finding in findings for step in finding.fix if step.command is not None]
        # A command without a node is for every sender, as its words say.
        after = api.what_if(snapshot, [f"{fix.node or 'n1'}: {fix.text}" for fix in fixes], "p1", "p2")
        assert after.verdict is not Verdict.DROPPED
        assert after.forward.verdict is Verdict.DELIVERED


def test_a_pasted_text_is_a_snapshot() -> None:
    """With prompts or headings that say whose it is."""
    with api.loads("n7:\n$ ip neigh\n10.0.0.1 dev eth0 FAILED\n") as snapshot:
        assert snapshot.nodes == ("n7",)
        assert api.sql(snapshot, "SELECT address, state FROM neighbour").rows == [("10.0.0.1", "FAILED")]


def test_snapshots_are_compared() -> None:
    """One with itself has not changed."""
    with api.load(BROKEN) as old, api.load(BROKEN) as new:
        found = api.diff(old, new)
    assert (found.nodes, found.changes) == (("n1", "n2"), ())


def test_names_are_explained() -> None:
    """Checks, causes, concepts, drop reasons."""
    kinds = {name: api.explain(name).kind for name in ("vtep-mac-mismatch", "no-carrier", "veth", "OTHERHOST")}
    assert kinds == {"vtep-mac-mismatch": "check", "no-carrier": "cause", "veth": "concept", "OTHERHOST": "drop-reason"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda snapshot: api.check(snapshot, ["no-such-check"]), "there is no check named no-such-check"),
        (lambda snapshot: api.diff(snapshot, snapshot, ["no-such-check"]), "there is no check named no-such-check"),
        (lambda snapshot: api.trace(snapshot, "p1", "nobody"), 'nothing is called "nobody"'),
        (lambda snapshot: api.trace(snapshot, "p1", "p2", proto="tcp"), "--proto tcp needs a --port"),
        (lambda snapshot: api.trace(snapshot, "p1", "p2", assume=["luck"]), "nothing to assume is called luck"),
        (lambda snapshot: api.what_if(snapshot, ["rm -rf /"], "p1", "p2"), "rm"),
        (lambda snapshot: api.sql(snapshot, "SELECT * FROM read_text('/etc/passwd')"), "the query failed"),
        (lambda _: api.explain("nonsense"), 'nothing is called "nonsense"'),
        (lambda _: api.load("no-such-file"), "no-such-file: No such file or directory"),
        (lambda _: api.loads("good morning\n"), "nothing could be read from text"),
    ],
)
def test_what_a_caller_got_wrong_is_told(wrong: Callable[[api.Snapshot], object], told: str) -> None:
    """In a sentence, by one type of error."""
    with api.load(BROKEN) as snapshot, pytest.raises(api.UserError, match=told):
        wrong(snapshot)
