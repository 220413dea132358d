"""Tables whose columns stand under their headings, with at least two spaces between them."""

from typing import Final

from podpath.state.pattern import lazy

_CELL: Final = lazy(r"\S+(?: \S+)*")
_GAP: Final = lazy(r"\s{2,}|\t")


def headings(line: str) -> list[tuple[str, int]]:
    """Return the headings of a table with the position that each begins at."""
    return [(match[0], match.start()) for match in _CELL.finditer(line)]


def cells(columns: list[tuple[str, int]], line: str) -> dict[str, str]:
    """Return heading → text of a row.

    Raises:
        ValueError: the row does not stand under the headings, nor has as many columns.
    """
    starts = [start for _, start in columns]
    if "\t" not in line and all(at == 0 or line[at - 1 : at] in (" ", "") for at in starts):
        ends = [*starts[1:], None]
        return {name: line[start:end].strip() for (name, start), end in zip(columns, ends, strict=True)}
    parts = _GAP.split(line.strip())
    if len(parts) != len(columns):
        raise ValueError(f"it has {len(parts)} columns, not {len(columns)}")
    return {name: part for (name, _), part in zip(columns, parts, strict=True)}
