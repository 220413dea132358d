"""Sentences of steps, and steps as JSON."""

import json
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.report.steps import document, kind_of, label, sentence
from podpath.state import step as steps
from podpath.state.address import Ip, Mac
from podpath.state.trace import TraceStep

KINDS: list[Any] = list(get_args(steps.Facts))
SCHEMA = json.loads((files("podpath.report") / "trace.schema.json").read_text())["$defs"]["step"]["properties"]
_VALUES: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12), int: st.integers(0, 65535), bool: st.booleans(), Ip: st.integers(0, (1 << 128) - 1).map(Ip),
    Mac: st.integers(0, (1 << 48) - 1).map(Mac), type(None): st.none(), steps.Answering: st.sampled_from(steps.Answering),
    steps.Told: st.sampled_from(steps.Told),
}  # fmt: skip


def values(hint: object) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a type."""
    kinds = get_args(hint) or (hint,)
    return st.one_of(*(_VALUES[kind] for kind in kinds))


@given(st.data())
def test_every_kind_has_a_sentence_and_a_document(data: st.DataObject) -> None:
    """Whatever its facts are; addresses are text in JSON."""
    kind = data.draw(st.sampled_from(KINDS))
    facts = kind(**{name: data.draw(values(hint)) for name, hint in get_type_hints(kind).items() if name != "family"} | (
        {"family": 4, "length": 24} if "family" in kind._fields else {}
    ))  # fmt: skip
    assert isinstance(sentence(facts), str)
    told = document(TraceStep("n1", "", "eth0", facts, None))
    assert told["kind"] in SCHEMA["kind"]["enum"]
    assert told["domain"] in SCHEMA["domain"]["enum"]
    hints = get_type_hints(kind)
    assert all(
        isinstance(value, str | None)
        for name, value in told["facts"].items()
        if {Ip, Mac} & set(get_args(hints[name]) or (hints[name],))
    )


def test_the_schema_names_every_kind_and_domain() -> None:
    """A new kind of step is a new word in JSON, which the schema must have."""
    assert [kind_of(kind.__new__(kind, *([None] * len(kind._fields)))) for kind in KINDS] == SCHEMA["kind"]["enum"]
    assert list(steps.Domain) == SCHEMA["domain"]["enum"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_belongs_to_a_domain(kind: type) -> None:
    """Which a person reads beside it."""
    made: Any = kind.__new__(kind, *([None] * len(get_type_hints(kind))))
    assert label(made).lower() in list(steps.Domain)
