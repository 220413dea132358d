"""No pattern takes more time than its text is long, whatever the text: strangers write what is read."""

import ast
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import pytest

import podpath
from podpath.readers.log_lines import logs_and_prose
from podpath.state.pattern import LazyPattern

_LENGTH = 100_000
_TRIED = 600
"""Characters that show which text is the worst: enough to tell a square from a line."""
_PARTS = 6
_LONGEST = 1.0
"""Seconds for 100 kB: a quadratic pattern needs ten and more, a linear one a few thousandths."""
_SEARCHES = frozenset(("search", "sub", "split", "finditer", "findall"))
_METHODS = _SEARCHES | {"match", "fullmatch"}
_LIKELY = [ord(char) for char in 'a0 .:/,-"=@[]#\t_A~;|']
_REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)
_MANY = 8
_OURS = {"podpath.readers.registry"}
"""Modules whose patterns see only our own text."""

Tree = Any


class Used(NamedTuple):
    """A pattern, and how it is used."""

    where: str
    pattern: re.Pattern[str]
    searches: bool


def _named(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns that a module's name holds."""
    if isinstance(value, LazyPattern):
        yield name, value.compiled()
    elif isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield name, value
    elif isinstance(value, tuple | list):
        yield from (found for each in value if not isinstance(each, tuple | list | dict) for found in _named(name, each))
    elif isinstance(value, dict):
        yield from _named(name, list(value.values()))
    elif type(value).__name__ == "Reader":
        for part in ("starts", "continues"):
            yield from _named(f"{name}.{part}", getattr(value, part))


def _inline(module: str, source: str) -> Iterator[Used]:
    """Yield the patterns that stand in a call of the module re."""
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            first = node.args[0] if node.args else None
            if called.value.id == "re" and called.attr in _METHODS and isinstance(first, ast.Constant):
                yield Used(f"{module}:{node.lineno}", re.compile(str(first.value)), called.attr in _SEARCHES)


def _patterns() -> list[Used]:
    found: dict[tuple[str, bool], Used] = {}
    for info in pkgutil.walk_packages(podpath.__path__, "podpath."):
        if info.name.endswith("__main__") or info.name in _OURS:
            continue
        module = import_module(info.name)
        source = inspect.getsource(module)
        used = list(_inline(info.name, source))
        for name, value in vars(module).items():
            for inner, pattern in _named(name, value):
                how = set(re.findall(rf"\b{re.escape(name)}(?:\[[^]]*\])?\.(\w+)\b", source))
                used.append(Used(f"{info.name}:{inner}", pattern, bool(how & _SEARCHES)))
        found.update({(one.pattern.pattern, one.searches): one for one in used})
    return list(found.values())


def _members(items: Tree) -> set[int]:
    """Return the characters of a class."""
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": lambda char: char.isalnum() or char == "_"
    }  # fmt: skip
    chars: set[int] = set()
    negated = False
    for op, value in items:
        if op is code.NEGATE:
            negated = True
        elif op is code.LITERAL:
            chars.add(value)
        elif op is code.RANGE:
            chars.update(range(value[0], min(value[1], 0x2FF) + 1))
        elif op is code.CATEGORY:
            name = str(value)
            chars.update(at for at in range(256) if tests[name.rpartition("_")[2]](chr(at)) != ("NOT" in name))
    return set(range(1, 256)) - chars - {10} if negated else chars


def _chars(items: Tree) -> set[int]:
    """Return the characters that a part may hold."""
    chars: set[int] = set()
    for op, value in items:
        if op is code.LITERAL:
            chars.add(value)
        elif op is code.NOT_LITERAL:
            chars |= set(range(1, 256)) - {value}
        elif op is code.ANY:
            chars |= set(range(1, 256)) - {10}
        elif op is code.IN:
            chars |= _members(value)
        else:
            for inner in _parts(op, value):
                chars |= _chars(inner)
    return chars


def _parts(op: object, value: Tree) -> list[Tree]:
    """Return the parts inside of a part."""
    if op in _REPEATS:
        return [value[2]]
    if op is code.SUBPATTERN:
        return [value[3]]
    if op is code.ATOMIC_GROUP:
        return [value]
    if op in {code.ASSERT, code.ASSERT_NOT}:
        return [value[1]]
    return list(value[1]) if op is code.BRANCH else []


def _sample(items: Tree, groups: dict[int, str] | None = None) -> str:
    """Return a text that a part matches, as a rule."""
    groups = {} if groups is None else groups
    text = ""
    for op, value in items:
        if op is code.LITERAL:
            text += chr(value)
        elif op is code.ANY:
            text += "a"
        elif op in {code.NOT_LITERAL, code.IN}:
            chars = _chars([(op, value)])
            text += chr(next((char for char in _LIKELY if char in chars), min(chars, default=97)))
        elif op in _REPEATS:
            text += _sample(value[2], groups) * value[0]
        elif op is code.SUBPATTERN:
            groups[value[0]] = _sample(value[3], groups)
            text += groups[value[0]]
        elif op is code.GROUPREF:
            text += groups.get(value, "")
        elif op in {code.ATOMIC_GROUP, code.BRANCH}:
            text += _sample(_parts(op, value)[0], groups)
    return text


def _pumps(items: Tree, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what leads to each repetition, with what it may repeat."""
    listed = list(items)
    for at, (op, value) in enumerate(listed):
        lead = before + _sample(listed[:at])
        if op in _REPEATS and value[1] > _MANY:
            chars = _chars(value[2])
            likely = [char for char in _LIKELY if char in chars] or sorted(chars)[:1]
            yield from ((lead, chr(char)) for char in likely)
            if len(body := _sample(value[2])) > 1:
                yield lead, body
        for inner in _parts(op, value):
            yield from _pumps(inner, lead)


def _seconds(run: Callable[[str], object], text: str) -> float:
    began = time.thread_time()  # of the processor: others may use it, too
    run(text)
    return time.thread_time() - began


def _worst(used: Used) -> Iterator[tuple[Callable[[str], object], str, str, str]]:
    """Yield the texts that take longest when they are short."""
    pattern = used.pattern
    runs: list[Callable[[str], object]] = [pattern.match, *([pattern.findall] if used.searches else [])]
    tried = []
    for lead, unit in {*_pumps(parser.parse(pattern.pattern, pattern.flags))}:
        for tail in ("\x01", "", " x"):
            for run in runs:
                took = _seconds(run, lead + unit * (_TRIED // len(unit)) + tail)
                tried.append((took, (run, lead, unit, tail)))
    tried.sort(key=lambda one: one[0], reverse=True)
    return (each for _, each in tried[:3])


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(_PARTS))
def test_every_pattern_is_linear(part: int) -> None:
    """On 100 kB of its worst character no pattern takes a second."""
    slow = []
    patterns = _patterns()
    assert len(patterns) > 300
    for used in patterns[part::_PARTS]:
        for run, lead, unit, tail in _worst(used):
            # First a tenth: what is quadratic there would take minutes on the whole.
            for length in (_LENGTH // 10, _LENGTH):
                took = _seconds(run, lead + unit * (length // len(unit)) + tail)
                if took > _LONGEST * length / _LENGTH:
                    slow.append(f"{used.where}: {took:.2f} s for {length} of {unit!r} after {lead!r}, before {tail!r}")
                    break
    assert not slow, "\n".join(slow)


def _possessive(items: Tree) -> Iterator[Tree]:
    """Yield what is repeated possessively in a part."""
    for op, value in items:
        if op is code.POSSESSIVE_REPEAT:
            yield value[2]
        for part in _parts(op, value):
            yield from _possessive(part)


def test_a_group_that_is_repeated_possessively_is_atomic() -> None:
    """Before Python 3.11.5 (Debian 12 has 3.11.2) `(?:ab?c)++` matches three characters of `aca`; `(?>ab?c)++` is right."""
    made = [Used("logs_and_prose", inner, searches=False) for _, inner in _named("", logs_and_prose())]
    one = {code.LITERAL, code.NOT_LITERAL, code.IN, code.ANY, code.CATEGORY, code.ATOMIC_GROUP}
    wrong = {
        used.where
        for used in (*_patterns(), *made)
        for body in _possessive(parser.parse(used.pattern.pattern, used.pattern.flags))
        if len(body) != 1 or body[0][0] not in one
    }
    assert wrong == set()
