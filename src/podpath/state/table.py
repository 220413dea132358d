"""A kernel table, declared once: the decorator stands at its row type, and everything else follows from it.

The store makes a SQL table of it, merging and comparing take the keys, redaction the columns' own declarations
(:mod:`podpath.state.column`), evidence the commands.
"""

import pkgutil
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Any, Final, NamedTuple, NewType, TypeVar, get_args, get_type_hints

from podpath.state.address import V6, ip_text
from podpath.state.column import Name, Privacy

TableKey = NewType("TableKey", str)
"""Name of a table that was declared: only :func:`key_of` makes one."""
R = TypeVar("R", bound=NamedTuple)


class Form(Enum):
    """What of a value counts when two rows are compared."""

    WHOLE = "whole"
    SHORT = "short"
    """The first 12 digits of a hexadecimal identifier: tools print it short."""
    FAMILY = "family"
    """The family of an address; none counts as IPv4."""
    METRIC = "metric"
    """A route's metric, with the kernel's default."""


class Column(NamedTuple):
    """A column of a key, and what of it counts."""

    name: str
    form: Form = Form.WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        name: its name in SQL, in evidence and in coverage.
        row: type of its rows.
        command: command that shows one row, with columns in braces; ``{six}`` is ``-6`` for a row of IPv6.
        listing: command that shows the whole table.
        key: columns that name the object, in captures of different times.
        same: columns that name the object within one capture: equal rows become one; empty if each row stays separate.
        agree: columns in which rows of one object must agree, or the capture contradicts itself.
        volatile: columns that change by themselves, or say again what another one says.
        arbitrary: columns that say nothing of how a packet fares: numbers that the kernel gives as it likes, free text.
        only: SQL condition: rows that somebody configured, and that are compared.
        fleeting: SQL condition: rows that come and go by themselves, of which only a changed value is reported.
        incomparable: why captures of different times are not compared; empty where they are.
        once: a kernel has one such table, so that a later complete output replaces an earlier one. False for counters, which
            several outputs may show, and for what several programs list.
    """

    name: str
    row: type[NamedTuple]
    command: str = ""
    listing: str = ""
    key: tuple[str, ...] = ()
    same: tuple[Column, ...] = ()
    agree: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    arbitrary: tuple[str, ...] = ()
    only: str = "true"
    fleeting: str = "false"
    incomparable: str = ""
    once: bool = False

    def values(self) -> tuple[str, ...]:
        """Return the columns whose values are compared."""
        return tuple(name for name in self.row._fields if name not in self.key and name not in self.volatile)


_TABLES: Final[dict[str, Table]] = {}
_BY_ROW: Final[dict[type[Any], Table]] = {}


def table(
    name: str,
    *,
    key: str = "",
    same: str = "",
    agree: str = "",
    volatile: str = "",
    arbitrary: str = "",
    whole: bool = False,
    once: bool = False,
    **rest: str,
) -> Callable[[type[R]], type[R]]:
    """Declare the table of a row type.

    Args:
        name: its name.
        key: columns of the key, separated by blanks.
        same: columns of the key within one capture, as ``name`` or ``name:form``; ``*`` takes those of ``key``.
        agree: columns that must agree.
        volatile: columns that are not compared.
        arbitrary: columns that decide nothing.
        whole: a row is its own name: all that is not volatile is the key.
        once: a later complete output replaces an earlier one.
        rest: other attributes of :class:`Table`.
    """

    def declare(row: type[R]) -> type[R]:
        left_out = tuple(volatile.split())
        keys = tuple(field for field in row._fields if field not in left_out) if whole else tuple(key.split())
        columns = (part.partition(":") for part in (same if same != "*" else " ".join(keys)).split())
        made = Table(
            name=name, row=row, key=keys, agree=tuple(agree.split()), volatile=left_out, arbitrary=tuple(arbitrary.split()),
            same=tuple(Column(column, Form(form or "whole")) for column, _, form in columns), once=once, **rest,
        )  # fmt: skip
        _TABLES[name] = _BY_ROW[row] = made
        return row

    return declare


@cache
def tables() -> dict[str, Table]:
    """Return all tables of rows by name, those of every module of :mod:`podpath.state`."""
    import podpath.state as package

    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        import_module(f"{package.__name__}.{info.name}")
    return {declared.name: declared for declared in sorted(_TABLES.values(), key=lambda declared: declared.row.__module__)}


def table_of(row: type[Any]) -> Table:
    """Return the table of a row type.

    Raises:
        KeyError: the type is no row of a table.
    """
    return _BY_ROW[row]


def key_of(row: type[Any]) -> TableKey:
    """Return the name of the table of a row type, for :class:`podpath.state.evidence.Coverage`.

    Raises:
        KeyError: the type is no row of a table.
    """
    return TableKey(_BY_ROW[row].name)


@cache
def privacy(row: type) -> dict[str, Privacy]:
    """Return what is declared of the text columns of a row type; a column that is missing is private."""
    found = {}
    for name, hint in get_type_hints(row, include_extras=True).items():
        for one in (hint, *get_args(hint)):
            told = [item for item in getattr(one, "__metadata__", ()) if isinstance(item, Privacy)]
            if told:
                found[name] = told[0]
    return found


@cache
def interfaces(row: type) -> tuple[str, ...]:
    """Return the columns of a row type that name network devices."""
    return tuple(name for name, told in privacy(row).items() if told == Name("dev"))


def command_for(row: NamedTuple) -> str:
    """Return the command that shows a row, its values quoted for a shell."""
    declared = table_of(type(row))
    if not declared.command:
        return listing_of(declared)
    return fill(declared.command, row._asdict())


def fill(template: str, values: dict[str, Any]) -> str:
    """Return a command with values in its braces, each quoted; ``{six}`` asks for IPv6."""
    words = []
    for text, name, form, _ in Formatter().parse(template):
        words.append(text)
        if name == "six":
            words.append("-6 " if values.get("family") == V6 else "")
        elif name is not None:
            value = ip_text(values[name]) if form == "ip" else str(values[name])
            words.append(shlex.quote(value))
    return "".join(words)


def listing_of(declared: Table, family: int | None = None) -> str:
    """Return the command that shows a whole table."""
    shown = declared.listing or f"podpath sql 'select * from {declared.name}'"
    return re.sub(r"^ip ", "ip -6 ", shown) if family == V6 and "family" in declared.row._fields else shown
