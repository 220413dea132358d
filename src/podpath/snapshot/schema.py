"""The tables of a snapshot, made from the types of :mod:`podpath.state`.

A column's SQL type follows from its Python type, its meaning stands in the type's
docstring, and every table of rows begins with ``ns``, ``source`` and ``line``:
where the row is true and where it was read.
"""

import inspect
import re
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from podpath.state.address import Ip, Mac
from podpath.state.column import (
    ContradictedValue,
    Explanation,
    FileName,
    Name,
    NodeName,
    OutputText,
    PlaceName,
    Privacy,
    Public,
    Rules,
    Word,
)
from podpath.state.evidence import Complete, Degree, SetAside, Unread
from podpath.state.table import TableKey, privacy, tables

VERSION: Final = 5
"""Version of the layout; a file of another version is refused."""


NodeNames = Annotated[str, Name("node")]
ColumnName = Annotated[str, Public(r"[a-z_0-9]+")]
RulesCommand = Annotated[str, Rules()]


class Node(NamedTuple):
    """A host.

    Attributes:
        node: number of the node in this snapshot.
        name: name, from a heading, a prompt, ``ssh`` or the file's name.
        address: underlay address that a heading or the file's name states.
        hosts: comma-separated host names that its prompts show.
    """

    node: int
    name: NodeName
    address: Ip | None = None
    hosts: NodeNames | None = None


class Netns(NamedTuple):
    """A network namespace of a node.

    Attributes:
        ns: number of the namespace in this snapshot.
        node: node it is on.
        kind: host, netns, pid, container or pod.
        name: name in that kind, or None for the host's own.
        inferred: why it is believed to be this namespace, where nothing proves it.
        inode: number of the namespace on its node (``ls -L -i /proc/PID/ns/net``), from a live capture.
    """

    ns: int
    node: int
    kind: Word
    name: PlaceName | None = None
    inferred: Explanation | None = None
    inode: int | None = None


class SourceRow(NamedTuple):
    """The output of one command, kept whole.

    Attributes:
        source: number of the source in this snapshot.
        ns: namespace the command ran in.
        file: file it was read from.
        command: command line as typed, or the command that its shape tells.
        typed: the command line was there.
        first: number of its first line in the file, from 1.
        form: text or json.
        text: the output itself, or None for JSON.
        place: how sure it is that the command ran there: sure, stated or assumed.
    """

    source: int
    ns: int
    file: FileName
    command: RulesCommand
    typed: bool
    first: int
    form: Word
    text: OutputText | None = None
    place: Annotated[Degree, Public(r"sure|stated|assumed")] = Degree.SURE


class Conflict(NamedTuple):
    """Two sources, or two lines of one, that say different things of the same object.

    Attributes:
        ns: namespace of the object.
        tab: table it is in.
        object: what is contradicted, in words.
        field: column that differs.
        one: one value, as text.
        one_source: where it was read.
        one_line: its line.
        other: the other value, as text.
        other_source: where that was read.
        other_line: its line.
    """

    ns: int
    tab: ColumnName
    object: ContradictedValue
    field: ColumnName
    one: ContradictedValue
    one_source: int
    one_line: int
    other: ContradictedValue
    other_source: int
    other_line: int


ROWS: Final[dict[str, type[NamedTuple]]] = {name: declared.row for name, declared in tables().items()}
"""Tables of rows that readers yield, each with ``ns``, ``source`` and ``line`` before its columns."""

FRAME: Final[dict[str, type[NamedTuple]]] = {
    "node": Node,
    "netns": Netns,
    "source": SourceRow,
    "unread": Unread,
    "conflict": Conflict,
    "set_aside": SetAside,
}
"""Tables with the sources of rows."""

TABLE_OF: Final = {row: name for name, row in ROWS.items()}
_SQL: Final = {int: "BIGINT", str: "VARCHAR", bool: "BOOLEAN", float: "DOUBLE", Ip: "UHUGEINT", Mac: "UBIGINT"}
_PLACE: Final = {
    "ns": "namespace of the row (`netns.ns`)",
    "source": "output that the row was read from (`source.source`)",
    "line": "line of the file, from 1",
}


class StoredColumn(NamedTuple):
    """A column of a table.

    Attributes:
        name: its name.
        sql: its SQL type.
        doc: what it means.
        privacy: what of its text may leave, or None for a text that may not, and for numbers and addresses.
        optional: it may be empty.
    """

    name: str
    sql: str
    doc: str
    privacy: Privacy | None = None
    optional: bool = False


def _sql_type(hint: object) -> str:
    """Return the SQL type of a Python type, None left out."""
    if get_origin(hint) in (Union, UnionType):
        inner = [arg for arg in get_args(hint) if arg is not NoneType]
        hint = inner[0]
    return "VARCHAR" if hint in (Complete, Degree, TableKey) else _SQL[hint]  # type: ignore[index]


def docs_of(row: type[NamedTuple]) -> dict[str, str]:
    """Return what the docstring of a type says of each field."""
    text = inspect.getdoc(row) or ""
    attributes = text.partition("Attributes:\n")[2]
    found = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE)
    return {name: " ".join(doc.split()) for name, doc in found}


@cache
def columns(table: str) -> tuple[StoredColumn, ...]:
    """Return the columns of a table in order."""
    row = ROWS.get(table) or FRAME[table]
    hints, docs = get_type_hints(row), docs_of(row)
    told = privacy(row)
    own = tuple(
        StoredColumn(name, _sql_type(hints[name]), docs[name], told.get(name), NoneType in get_args(hints[name]))
        for name in row._fields
    )
    if table in FRAME:
        return own
    return (*(StoredColumn(name, "BIGINT", doc) for name, doc in _PLACE.items()), *own)


def create_statement(table: str) -> str:
    """Return the SQL that makes an empty table."""
    inner = ", ".join(f'"{column.name}" {column.sql}' for column in columns(table))
    return f'CREATE TABLE "{table}" ({inner})'


META: Final = (
    "CREATE TABLE meta (name VARCHAR, value VARCHAR)",
    f"INSERT INTO meta VALUES ('schema', 'podpath.snapshot/{VERSION}')",
)
"""The table that says what the file is."""

MACROS: Final[dict[str, str]] = {
    # The numbers of addresses, for queries typed by hand: where dst = ip('10.42.1.0').
    "ip4": "(t) AS (281470681743360 + list_reduce(list_transform(string_split(t, '.'), lambda x: x::UHUGEINT),"
    " lambda a, b: a * 256 + b))::UHUGEINT",
    "mac": "(t) AS list_reduce(list_transform(string_split(lower(t), ':'),"
    " lambda x: ('0x' || x)::UBIGINT), lambda a, b: a * 256 + b)",
    "host_bits": "(family, len) AS (CASE WHEN family = 6 THEN 128 ELSE 32 END) - len",
    "last_ip": "(family, first, len) AS CASE WHEN host_bits(family, len) >= 128 THEN"
    " 340282366920938463463374607431768211455::UHUGEINT"
    # An IPv6 length under family 4: a query may compute it before another condition excludes it (SQL promises no order).
    " WHEN host_bits(family, len) < 0 THEN first ELSE"
    " first | ((1::UHUGEINT << host_bits(family, len)::UHUGEINT) - 1) END",
    "family_of": "(a) AS CASE WHEN a BETWEEN 281470681743360 AND 281474976710655 THEN 4 ELSE 6 END",
    "full_len": "(family) AS CASE WHEN family = 6 THEN 128 ELSE 32 END",
    "has_flag": "(flags, f) AS coalesce(list_contains(string_split(flags, ','), f), false)",
    "node_name": "(n) AS (SELECT any_value(d.name) FROM netns s JOIN node d USING (node) WHERE s.ns = n)",
    "place": "(n) AS (SELECT any_value(d.name || CASE WHEN s.kind = 'host' THEN '' ELSE ' ' || s.kind || ' ' ||"
    " s.name END) FROM netns s JOIN node d USING (node) WHERE s.ns = n)",
    "link_local": "(m) AS (338288524927261089654018896841347694592::UHUGEINT"
    " | (xor(m >> 24::UBIGINT, 131072::UBIGINT)::UHUGEINT << 40::UHUGEINT) | (65534::UHUGEINT << 24::UHUGEINT)"
    " | (m & 16777215::UBIGINT)::UHUGEINT)",
}
"""Functions stored in every snapshot, so that any program that opens the file has them: parameters and body by name.

Each stands behind those that it names.
"""
