"""Whatever the walk says, `podpath explain` explains."""

import ast
import re
from pathlib import Path

import podpath.walk
from podpath.causes.registry import names
from podpath.explain.concepts import find
from podpath.state.trace import Verdict

HERE = Path(podpath.walk.__file__).parent
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def returned(tree: ast.AST) -> set[str]:
    """Return the names that functions called ``…_check`` return."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.endswith("_check"))
    values = (inner.value for node in found for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value)
    words = (part.value for value in values for part in ast.walk(value) if isinstance(part, ast.Constant))
    return {word for word in words if isinstance(word, str) and NAME.fullmatch(word)}


def test_every_name_that_is_chosen_is_a_cause() -> None:
    """Words are made by the files of causes; what a rule's cause is called is chosen from their names."""
    found = {name for path in HERE.rglob("*.py") for name in returned(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"networkpolicy-drop", "netfilter-drop"} <= found
    assert sorted(found - set(names())) == []


def test_every_verdict_is_explained() -> None:
    """A word of the headline can be asked for."""
    assert [str(verdict) for verdict in Verdict if find(str(verdict)) is None] == []
