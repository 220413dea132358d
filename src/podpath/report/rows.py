"""Rows for spreadsheets and programs: CSV (RFC 4180) and YAML, the names of the columns with them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from podpath.state.visible import visible_lines

FORMS: Final = ("csv", "yaml")


def render(form: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows in one of :data:`FORMS`; control characters in texts are made visible.

    Args:
        form: the form.
        names: names of the columns.
        rows: the rows; a value may be a list of values.
    """
    plain = [[_plain(value) for value in row] for row in rows]
    return _csv(names, plain) if form == "csv" else _yaml(names, plain)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return visible_lines(str(value))


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    flat = ([", ".join(map(str, value)) if isinstance(value, list) else value for value in row] for row in rows)
    csv.writer(out, lineterminator="\n").writerows([names, *flat])
    return out.getvalue()


def _yaml(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    import yaml

    listed = [dict(zip(names, row, strict=True)) for row in rows]
    return yaml.safe_dump(listed, allow_unicode=True, sort_keys=False, width=1000)
