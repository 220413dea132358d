"""Runs a podpath command with every message reworded: what it prints beside the words must not change.

Each text of the source that people read is rewritten before it is compiled: every letter becomes another one, and what is
filled in stays. Texts that programs read stay, too: commands, SQL, patterns, and the words of declarations.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

_CAUSES: Final = "podpath.causes."
_KEPT: Final = (
    "podpath.readers", "podpath.lab", "podpath.netlink", "podpath.page", "podpath.picture",
    "podpath.state.column", "podpath.state.render", "podpath.snapshot.layouts", "podpath.walk.netfilter.names",
)  # fmt: skip
"""Packages whose texts other programs print or read."""
_SENTENCE: Final = re.compile(r"[a-z,:;)]{2,} [a-z(]{2,}")
_COMMAND: Final = re.compile(
    r"(?:ip6?|bridge|nft|ip6?tables\S*|ebtables\S*|arptables\S*|ipset|ipvsadm|tc|ss|sysctl|conntrack|ethtool|cat|wg|podpath|docker"
    r"|podman|crictl|kubectl|nsenter|lsns|nstat|bpftool|modprobe|dmesg|journalctl|systemctl|hostname|uname|ls|sh)(?: |$)"
)
_SQL: Final = re.compile(r"\b(?:SELECT|WHERE|FROM|CASE|CREATE|UPDATE|DELETE|INSERT|JOIN|AND|NULL|ORDER BY|UNION|IN)\b")
_CODE: Final = re.compile(r"[=*+]|\w\(|\w\.\w|::|\|\|")
_READ_BY_PROGRAMS: Final = frozenset(
    ("compile", "lazy", "match", "search", "table", "raw", "execute", "query", "split", "line", "Check", "Need", "NewType")
)
"""Calls whose texts are patterns, SQL, or the words of a declaration."""
_NAMES: Final = frozenset(("what if",))
"""Names in the documents that have blanks: where evidence of a changed copy comes from."""
_STYLED: Final = {"Span": 1, "wrapped": 2}
"""Calls that take a style, and at which place."""
_WORDED: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "bcdefghijklmnopqrstuvwxyza")


def is_sentence(text: str) -> bool:
    """Say whether people read a text: words with blanks between, and neither a command nor SQL."""
    if text in _NAMES:
        return False
    return bool(_SENTENCE.search(text)) and not any((_COMMAND.match(text.strip()), _SQL.search(text), _CODE.search(text)))


def reworded(text: str) -> str:
    """Return a text in other words; what stands for something that is filled in stays."""
    return "".join(part if part[:1] == "{" else part.translate(_WORDED) for part in re.split(r"(\{[^}]*\})", text))


class _Reword(ast.NodeTransformer):
    def __init__(self) -> None:
        self.count = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in _READ_BY_PROGRAMS:
            return node
        node.func = self.visit(node.func)
        styled = _STYLED.get(name)
        node.args = [one if at == styled else self.visit(one) for at, one in enumerate(node.args)]
        node.keywords = [self.visit(one) for one in node.keywords]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        # A docstring of a row type is where the columns are described: a declaration.
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        first = node.values[0].value if isinstance(node.values[0], ast.Constant) else ""
        return node if _COMMAND.match(str(first)) else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and is_sentence(node.value):
            self.count += 1
            return ast.Constant(reworded(node.value))
        return node


class _RewordCauses(ast.NodeTransformer):
    """Rewords all that a family's file declares, but for commands, and for what is filled into a template."""

    def __init__(self) -> None:
        self.count = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # What stands before the keywords of `do` and `line` is a command.
        if not (isinstance(node.func, ast.Name) and node.func.id in {"do", "line"}):
            node.args = [self.visit(one) for one in node.args]
        node.keywords = [self.visit(one) for one in node.keywords]
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and " " in node.value:
            self.count += 1
            return ast.Constant(reworded(node.value))
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data: bytes | str, path: object, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        reword = _RewordCauses() if self.name.startswith(_CAUSES) and self.name.count(".") > _CAUSES.count(".") else _Reword()
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
        if not fullname.startswith("podpath.") or fullname.startswith(_KEPT):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is not None and found.origin is not None and found.origin.endswith(".py"):
            found.loader = _Loader(fullname, found.origin)
        return found


changed = 0

if __name__ == "__main__":
    sys.meta_path.insert(0, _Finder())
    from podpath.cli.main import main

    code = main(sys.argv[1:])
    sys.stderr.write(f"reworded: {changed}\n")
    sys.exit(code)
