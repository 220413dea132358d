"""How names and values stand in SQL, and how a query's answer is read by people."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from podpath.state.address import Ip, Mac, ip_text, mac_text


def catalog_name(text: str) -> str:
    """Return the name of a database as SQL writes it."""
    return '"' + text.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


_AS_TEXT: Final[dict[str, Callable[[int], str]]] = {
    "UHUGEINT": lambda value: ip_text(Ip(value)),
    "UBIGINT": lambda value: mac_text(Mac(value)),
}


def to_text(types: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row with addresses as text: an UHUGEINT is an Ip, an UBIGINT a Mac (see the schema)."""
    return tuple(
        _AS_TEXT[kind](value) if value is not None and kind in _AS_TEXT else value for kind, value in zip(types, row, strict=True)
    )


def bound(kind: str, values: Sequence[Any]) -> list[Any]:
    """Return a column of values to bind: addresses as text, because DuckDB rounds long integers in a list to doubles."""
    return [None if value is None else str(value) for value in values] if kind == "UHUGEINT" else list(values)
