"""Runs a podpath command with every message reworded: what it prints beside the words must not change.

Sentences are the texts of findings, outcomes, unknowns and cables. They are rewritten in the source, before it is compiled:
each letter becomes another one, and what is filled in stays.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

_PACKAGES: Final = ("podpath.walk", "podpath.wiring", "podpath.checks.overlay.mesh", "podpath.report.steps")
_CALLS: Final = {
    "Cause": (2, 3), "Outcome": (1,), "unknown": (2,), "gap_of": (2,), "Unknown": (1,), "NoPort": (0,), "Doubt": (0,),
    "Missing": (0,), "_silent": (1,), "_doubted": (2,), "Ended": (0,),
}  # fmt: skip
"""Calls, and which of their arguments are sentences."""
_NAMES: Final = frozenset(("said", "why", "reason", "missing", "what", "words"))
_WORDED: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "bcdefghijklmnopqrstuvwxyza")


class _Reword(ast.NodeTransformer):
    def __init__(self) -> None:
        self.count = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        for at in _CALLS.get(name, ()):
            if at < len(node.args):
                self._reword(node.args[at])
        for keyword in node.keywords:
            if keyword.arg in {"reason", "summary", "why", "missing"} and name != "Cable":
                self._reword(keyword.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if any(isinstance(target, ast.Name) and target.id in _NAMES for target in node.targets):
            self._reword(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        return node

    def _reword(self, value: ast.expr) -> None:
        parts = value.values if isinstance(value, ast.JoinedStr) else [value]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                part.value = part.value.translate(_WORDED)
                self.count += 1


class _Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data: bytes | str, path: object, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        reword = _Reword()
        tree = ast.fix_missing_locations(reword.visit(ast.parse(data)))
        global changed  # noqa: PLW0603 - counted over all modules
        changed += reword.count
        code: CodeType = compile(tree, str(path), "exec", optimize=_optimize)
        return code

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(Path(path).read_bytes(), path)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(_PACKAGES):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is not None and found.origin is not None:
            found.loader = _Loader(fullname, found.origin)
        return found


changed = 0

if __name__ == "__main__":
    sys.meta_path.insert(0, _Finder())
    from podpath.cli.main import main

    code = main(sys.argv[1:])
    sys.stderr.write(f"reworded: {changed}\n")
    sys.exit(code)
