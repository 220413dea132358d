"""Whatever the walk says, `podpath explain` explains."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import podpath.walk
from podpath.checks.engine.registry import checks
from podpath.explain.concepts import find
from podpath.state.trace import Verdict

HERE = Path(podpath.walk.__file__).parent
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def words(node: ast.AST | None) -> Iterator[str]:
    """Yield the names that an expression may be."""
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and NAME.fullmatch(part.value):
            yield part.value


def names(tree: ast.AST) -> Iterator[str]:
    """Yield the names of causes in a module: the first word of each ``Cause(…)``, and what such a word is chosen from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cause" and node.args:
            yield from words(node.args[0])
        elif isinstance(node, ast.Assign) and any("check" in ast.unparse(target) for target in node.targets):
            yield from words(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "_check":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    yield from words(inner.value)


def test_every_cause_is_explained() -> None:
    """As a check, or by a page of its own."""
    found = {name for path in HERE.rglob("*.py") for name in names(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"route-missing", "neighbour-missing", "netfilter-drop", "device-down"} <= found
    assert sorted(name for name in found if name not in checks() and find(name) is None) == []


def test_every_verdict_is_explained() -> None:
    """A word of the headline can be asked for."""
    assert [str(verdict) for verdict in Verdict if find(str(verdict)) is None] == []
