"""A capture as lines of JSON, for another podpath to read: each line is whole, so that a stream that breaks off is of use.

The first line says what the columns of each table are called, so that two versions of podpath understand each other: a column
that only one of them knows is left out, or not known. What comes from another machine is checked value by value.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from podpath.collect.node.parts import CommandOutput, Part, Place, Rows
from podpath.state.address import Ip, Mac
from podpath.state.evidence import Complete, Coverage
from podpath.state.table import TableKey, tables
from podpath.state.visible import visible

SCHEMA: Final = "podpath.rows/1"
HEAD: Final = f'{{"schema": "{SCHEMA}"'
_AT_ONCE: Final = 2000
_IP_BITS: Final = 128
_MAC_BITS: Final = 48
_INTEGER_BITS: Final = 63
_KINDS: Final = frozenset(("host", "container", "pod", "netns", "pid", "file"))


class StreamError(Exception):
    """A line that does not belong to a capture."""


@cache
def _types() -> dict[str, type[NamedTuple]]:
    """Return the types of rows by their names."""
    return {table.row.__name__: table.row for table in tables().values()}


# -- out -------------------------------------------------------------------------------------------


def lines_of(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the lines of a capture."""
    yield f'{HEAD}, "columns": {json.dumps({name: row._fields for name, row in _types().items()})}}}'
    for part in parts:
        at = list(part.place)
        if isinstance(part, CommandOutput):
            yield json.dumps({"at": at, "command": part.command, "text": part.text})
            continue
        rows = iter(part.rows)
        while some := list(islice(rows, _AT_ONCE)):
            yield _line(at, some)
        if part.coverage:
            yield _line(at, part.coverage)
    yield '{"end": true}'


def _line(at: list[Any], rows: Iterable[NamedTuple]) -> str:
    tables: dict[str, list[NamedTuple]] = {}
    for row in rows:
        tables.setdefault(type(row).__name__, []).append(row)
    return json.dumps({"at": at, "rows": tables})


# -- in --------------------------------------------------------------------------------------------


def is_end(line: str) -> bool:
    """Say whether a line is the last one of a capture that is whole."""
    return line.rstrip() == '{"end": true}'


def parts_of(lines: Iterable[str]) -> Iterator[Part]:
    """Yield the parts of a capture; a last line that is cut off is left out.

    Raises:
        StreamError: a line is none of a capture.
    """
    columns: dict[str, list[str]] | None = None
    for line in lines:
        if is_end(line):
            return
        try:
            document = json.loads(line)
        except (ValueError, RecursionError):
            if columns is None:
                raise StreamError("it does not begin with the column names") from None
            return  # the connection ended within this line
        try:
            if columns is None:
                columns = _columns(document)
            else:
                yield from _parts(document, columns)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
            raise StreamError(f"a line is not valid ({visible(str(error))[:80]})") from None


def _columns(document: Any) -> dict[str, list[str]]:  # noqa: ANN401 - JSON
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    return {str(name): [str(field) for field in fields] for name, fields in document["columns"].items()}


def _parts(document: Any, columns: dict[str, list[str]]) -> Iterator[Part]:  # noqa: ANN401 - JSON
    kind, name, inode = document["at"]
    if kind not in _KINDS:
        raise ValueError(kind)
    place = Place(kind, _text(name), _integer(inode))
    if "text" in document:
        yield CommandOutput(place, _text(document["command"]), "\n".join(map(_line_of_text, document["text"].split("\n"))))
        return
    for table, rows in document["rows"].items():
        made = _maker(table, tuple(columns[table]))
        if made is None:
            continue  # a table that this version does not know
        items = [made(row) for row in rows]
        if table == "Coverage":
            yield Rows(place, (), tuple(item for item in items if isinstance(item, Coverage)))
        else:
            yield Rows(place, items)


@cache
def _maker(table: str, names: tuple[str, ...]) -> Callable[[list[Any]], NamedTuple] | None:
    """Return what makes a row of a table, from values in the order of the names."""
    row = _types().get(table)
    if row is None:
        return None
    hints = get_type_hints(row)
    make_row: Callable[..., NamedTuple] = row
    known = [(at, name, *_check(hints[name])) for at, name in enumerate(names) if name in row._fields]

    def make(values: list[Any]) -> NamedTuple:
        if len(values) != len(names):
            raise ValueError(table)
        own = {}
        for at, name, check, optional in known:
            value = values[at]
            if value is None and not optional:
                raise ValueError(name)
            own[name] = None if value is None else check(value)
        return make_row(**own)

    return make


def _check(hint: object) -> tuple[Callable[[Any], Any], bool]:
    """Return what checks a value of a type, and whether it may be absent."""
    optional = False
    if get_origin(hint) in (Union, UnionType):
        optional = NoneType in get_args(hint)
        hint = next(arg for arg in get_args(hint) if arg is not NoneType)
    return _CHECKS[hint], optional


def _line_of_text(line: str) -> str:
    return "\t".join(map(visible, line.split("\t")))


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    if not isinstance(value, str):
        raise TypeError("it must be text")
    return visible(value)


def _integer(value: Any, low: int = -(1 << _INTEGER_BITS), high: int = 1 << _INTEGER_BITS) -> int:  # noqa: ANN401 - JSON
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value < high:
        raise ValueError("it must be a number, or a smaller one")
    return value


def _finite(value: Any) -> float:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("it must be a number")
    return float(value)


def _switch(value: Any) -> bool:  # noqa: ANN401 - JSON
    if not isinstance(value, bool):
        raise TypeError("it must be true or false")
    return value


_CHECKS: Final[dict[object, Callable[[Any], Any]]] = {
    str: _text,
    int: _integer,
    bool: _switch,
    float: _finite,
    Ip: lambda value: _integer(value, 0, 1 << _IP_BITS),
    Mac: lambda value: _integer(value, 0, 1 << _MAC_BITS),
    Complete: Complete,
    TableKey: lambda value: tables()[value].name,
}
