"""The agent as one text that any Python from 3.6 on runs: its modules without annotations, and what old versions lack."""

import ast
from functools import cache
from importlib.resources import files
from typing import Final

MODULES: Final = (
    "podpath.netlink.libc",
    "podpath.probe.obstacle",
    "podpath.probe.flow",
    "podpath.probe.btf",
    "podpath.probe.bpf",
    "podpath.probe.ring",
    "podpath.probe.sender",
    "podpath.probe.agent",
)
"""In the order in which they import each other."""

_LOADER: Final = """
import enum, functools, sys, types, typing
if not hasattr(functools, "cache"):
    functools.cache = functools.lru_cache(maxsize=None)
if not hasattr(functools, "cached_property"):
    class _CachedProperty:
        def __init__(self, made): self.made, self.name = made, made.__name__
        def __get__(self, one, kind=None):
            found = one.__dict__[self.name] = self.made(one)
            return found
    functools.cached_property = _CachedProperty
if not hasattr(enum, "StrEnum"):
    enum.StrEnum = enum.Enum("StrEnum", (), type=str)
for name in ("Final", "Self"):
    if not hasattr(typing, name): setattr(typing, name, None)
for name in ("podpath", "podpath.netlink", "podpath.probe"):
    sys.modules[name] = types.ModuleType(name); sys.modules[name].__path__ = []
for name, source in SOURCES:
    module = sys.modules[name] = types.ModuleType(name)
    parent, _, own = name.rpartition(".")
    setattr(sys.modules[parent], own, module)
    exec(compile(source, name, "exec"), module.__dict__)
sys.modules["podpath.probe.agent"].main()
"""
COMMAND: Final = 'python3 -c "import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))"'
"""What a node's login shell runs, whichever shell that is: Python reads the agent, and the agent goes on with what follows."""


class _Plain(ast.NodeTransformer):
    """Removes annotations; fields of named tuples keep one, which says nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        for argument in (*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if argument is not None:
                argument.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        fields = any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases)
        kept = [item for item in node.body if fields and isinstance(item, ast.AnnAssign)]
        for item in kept:
            item.annotation = ast.Name("object", ast.Load())
        node.body = [item if item in kept else self.visit(item) for item in node.body]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return ast.Assign([node.target], node.value) if node.value is not None else None


def plain(source: str) -> str:
    """Return a module without annotations and comments."""
    return ast.unparse(ast.fix_missing_locations(_Plain().visit(ast.parse(source))))


@cache
def agent_text() -> str:
    """Return the whole program."""
    sources = [(name, plain(_source(name))) for name in MODULES]
    return f"SOURCES = {sources!r}\n{_LOADER}"


def _source(name: str) -> str:
    package, _, module = name.rpartition(".")
    return files(package).joinpath(f"{module}.py").read_text(encoding="utf-8")


@cache
def greeting() -> bytes:
    """Return what comes first on standard input: the length of the agent, and the agent."""
    text = agent_text().encode()
    return f"{len(text)}\n".encode() + text
