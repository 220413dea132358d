"""What is printed where a name means several pods."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.several import SCHEMA, SeveralTerminal, as_json
from podpath.report.terminal import as_text
from podpath.state.trace import Alike, Several, Verdict
from tests.report.test_trace import TRACE
from tests.walk.test_several import DENIED

WORST = Alike((("shop/a-1", "shop/db-0"), ("shop/a-1", "shop/db-1")), TRACE)
DENY = Alike((("shop/a-2", "shop/db-0"),), TRACE._replace(verdict=Verdict.UNKNOWN, cause=None, policies=(DENIED,)))
FINE = Alike((("shop/a-2", "shop/db-1"), ("shop/a-3", "shop/db-0")), TRACE._replace(verdict=Verdict.DELIVERED, cause=None))
FOUND = Several("deploy/a", "sts/db", (WORST, DENY, FINE))


def test_those_that_differ_are_named_and_the_worst_one_is_shown() -> None:
    """Senders and receivers of which all pairs are alike are told once."""
    lines = as_text(SeveralTerminal(120).lines(FOUND)).splitlines()
    assert lines[0] == "✗ deploy/a → sts/db: 2 of 5 pairs delivered"
    assert lines[1].startswith("  ✗ shop/a-1 → shop/db-0, shop/db-1: dropped (")
    assert lines[2] == "  ? shop/a-2 → shop/db-0: unknown (policies deny it: shop/deny)"
    assert lines[3] == "  ✓ shop/a-2 → shop/db-1, shop/a-3 → shop/db-0: delivered"
    assert "the worst: shop/a-1 → shop/db-0" in lines


def test_a_pair_that_was_left_out_is_told_and_makes_the_whole_unknown() -> None:
    """With its reason; a failure of others is still a failure."""
    left = FOUND._replace(groups=(FINE,), left_out=(("shop/a-4", "shop/db-0", "it has no address"),))
    text = as_text(SeveralTerminal(120).lines(left))
    assert text.startswith("? deploy/a → sts/db: 2 of 3 pairs delivered")
    assert "  ? shop/a-4 → shop/db-0: not traced: it has no address" in text.splitlines()
    assert json.loads(as_json(left))["left_out"] == [{"pair": ["shop/a-4", "shop/db-0"], "reason": "it has no address"}]
    assert left.verdict is Verdict.UNKNOWN
    assert left._replace(groups=(WORST,)).verdict is Verdict.DROPPED


def test_where_all_are_alike_one_stands_for_them() -> None:
    """It is not called the worst."""
    text = as_text(SeveralTerminal().lines(FOUND._replace(groups=(FINE,))))
    assert text.startswith("✓ deploy/a → sts/db: 2 of 2 pairs delivered")
    assert "one of them: shop/a-2 → shop/db-1" in text
    assert "the worst" not in text


def test_the_document_is_what_its_schema_says() -> None:
    """With a trace for each group."""
    document = json.loads(as_json(FOUND))
    jsonschema.validate(document, json.loads((files("podpath.report") / "trace-several.schema.json").read_text("utf-8")))
    assert (document["schema"], document["verdict"]) == (SCHEMA, "dropped")
    assert [group["pairs"][0][0] for group in document["groups"]] == ["shop/a-1", "shop/a-2", "shop/a-2"]
