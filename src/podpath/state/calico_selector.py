"""Selectors of Calico (docs.tigera.io, reference of resources, "Selectors"): expressions over labels, read and written.

``&&`` binds closer than ``||``, ``!`` closest. ``!=`` and ``not in`` hold where the label is missing, too.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

LONGEST: Final = 20_000
"""Signs that a selector may have."""
DEEPEST: Final = 50
"""Parentheses that may stand inside of each other."""
_TOKEN: Final = re.compile(
    r"[ \t]*(?:(?P<sign>&&|\|\||==|!=|[(){},!])|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|has\([ \t]*(?P<has>[a-zA-Z0-9_./-]{1,512})[ \t]*\)|(?P<call>all|global)\([ \t]*\)|(?P<label>[a-zA-Z0-9_./-]{1,512}))"
)
_OPERATOR: Final = re.compile(r"[ \t]*(?P<sign>==|!=|contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)")
_BLANK: Final = re.compile(r"[ \t]*")


class All(NamedTuple):
    """``all()``: everything, or of namespaces every one."""


class Global(NamedTuple):
    """``global()``: of namespaces, what is in none."""


class Has(NamedTuple):
    """``has(key)``."""

    key: str


class Among(NamedTuple):
    """``key in {…}`` and ``key == …``; with ``wanted`` False their opposites, which hold where there is no such label, too."""

    key: str
    values: tuple[str, ...]
    wanted: bool


class Like(NamedTuple):
    """``key contains …``, ``key starts with …``, ``key ends with …``."""

    key: str
    how: str
    value: str


class Not(NamedTuple):
    """``!expression``."""

    inner: "Expression"


class Both(NamedTuple):
    """``a && b``."""

    parts: tuple["Expression", ...]


class Either(NamedTuple):
    """``a || b``."""

    parts: tuple["Expression", ...]


Expression = All | Global | Has | Among | Like | Not | Both | Either


class _Parser:
    """Reads one selector from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def whole(self) -> Expression:
        if self._ends():
            return All()
        found = self._either(0)
        if not self._ends():
            raise self._wrong()
        return found

    def _either(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise ValueError(f"a selector has more than {DEEPEST} parentheses inside of each other")
        parts = [self._both(depth)]
        while self._took("||"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Expression:
        parts = [self._one(depth)]
        while self._took("&&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self, depth: int) -> Expression:
        negated = False
        while self._took("!"):
            negated = not negated
        found = self._plain(depth)
        return Not(found) if negated else found

    def _plain(self, depth: int) -> Expression:
        token = self._next()
        if token["sign"] == "(":
            found = self._either(depth + 1)
            self._expect(")")
            return found
        if token["has"] is not None:
            return Has(token["has"])
        if token["call"] is not None:
            return All() if token["call"] == "all" else Global()
        if token["label"] is None:
            raise self._wrong()
        return self._compared(token["label"])

    def _compared(self, key: str) -> Expression:
        operator = _OPERATOR.match(self._text, self._at)
        if operator is None:
            raise self._wrong()
        self._at = operator.end()
        sign = re.sub(r"[ \t]+", "", operator["sign"])
        if sign in {"in", "notin"}:
            return Among(key, self._set(), sign == "in")
        value = self._literal()
        if sign in {"==", "!="}:
            return Among(key, (value,), sign == "==")
        return Like(key, {"contains": "contains", "startswith": "starts with", "endswith": "ends with"}[sign], value)

    def _set(self) -> tuple[str, ...]:
        self._expect("{")
        values: list[str] = []
        while not self._took("}"):
            values.append(self._literal())
            if not self._took(","):
                self._expect("}")
                break
        return tuple(dict.fromkeys(values))

    def _literal(self) -> str:
        token = self._next()
        value = token["double"] if token["double"] is not None else token["single"]
        if value is None:
            raise self._wrong()
        return value

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise self._wrong()

    def _took(self, sign: str) -> bool:
        token = _TOKEN.match(self._text, self._at)
        if token is None or token["sign"] != sign:
            return False
        self._at = token.end()
        return True

    def _next(self) -> "re.Match[str]":
        token = _TOKEN.match(self._text, self._at)
        if token is None:
            raise self._wrong()
        self._at = token.end()
        return token

    def _ends(self) -> bool:
        blank = _BLANK.match(self._text, self._at)
        return blank is not None and blank.end() == len(self._text)

    def _wrong(self) -> ValueError:
        near = self._text[max(0, self._at - 20) : self._at + 20]
        return ValueError(f'a selector cannot be read at sign {self._at + 1}: "{near}"')


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read a selector; an empty one is ``all()``.

    Raises:
        ValueError: it is none, or larger than what is read.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a selector has {len(text)} signs")
    return _Parser(text).whole()


def write(expression: Expression, name: Callable[[str], str] = str) -> str:
    """Return a selector as text, which :func:`parse` takes.

    Args:
        expression: the selector.
        name: returns what to write for a label.
    """
    match expression:
        case All():
            return "all()"
        case Global():
            return "global()"
        case Has(key):
            return f"has({name(key)})"
        case Among(key, (value,), wanted):
            return f"{name(key)} {'==' if wanted else '!='} {_quoted(value)}"
        case Among(key, values, wanted):
            return f"{name(key)} {'in' if wanted else 'not in'} {{{', '.join(map(_quoted, values))}}}"
        case Like(key, how, value):
            return f"{name(key)} {how} {_quoted(value)}"
        case Not(inner):
            return f"!{_inside(inner, name)}"
        case Both(parts):
            return " && ".join(_inside(part, name) for part in parts)
        case Either(parts):
            return " || ".join(_inside(part, name) for part in parts)
        case _:
            assert_never(expression)


def _inside(expression: Expression, name: Callable[[str], str]) -> str:
    text = write(expression, name)
    return f"({text})" if isinstance(expression, (Both, Either, Not)) else text


def _quoted(value: str) -> str:
    return f"'{value}'" if "'" not in value else f'"{value}"'


def both(*parts: Expression | None) -> Expression | None:
    """Return what holds where all of these hold, or None if there is none."""
    there = tuple(part for part in parts if part is not None)
    return None if not there else there[0] if len(there) == 1 else Both(there)


def over(expression: Expression, prefix: str, every: Expression) -> Expression:
    """Return a selector of other objects as one of the endpoints that inherit their labels below a prefix.

    Args:
        expression: the selector.
        prefix: what stands before a label that is inherited.
        every: what ``all()`` means; ``global()`` is the opposite.
    """
    match expression:
        case All():
            return every
        case Global():
            return Not(every)
        case Has(key):
            return Has(prefix + key)
        case Among(key, values, wanted):
            return Among(prefix + key, values, wanted)
        case Like(key, how, value):
            return Like(prefix + key, how, value)
        case Not(inner):
            return Not(over(inner, prefix, every))
        case Both(parts):
            return Both(tuple(over(part, prefix, every) for part in parts))
        case Either(parts):
            return Either(tuple(over(part, prefix, every) for part in parts))
        case _:
            assert_never(expression)
