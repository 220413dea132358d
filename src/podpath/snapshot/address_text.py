"""Addresses of whole tables as text, and text as addresses, by SQL.

Parquet has no number of 128 bits, and whoever reads it elsewhere reads text. IPv4 and MACs are written by DuckDB; IPv6, whose
text has rules of its own (RFC 5952), is written once for each address by :func:`podpath.state.address.ip_text`.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from podpath.snapshot.lazy_tables import Database
from podpath.state.address import BITS, V4, V4_BASE, Ip, ip_text, parse_ip, parse_mac

_V4_LAST: Final = V4_BASE + (1 << BITS[V4]) - 1
_PARSERS: Final[dict[str, Callable[[str], int]]] = {"UHUGEINT": parse_ip, "UBIGINT": parse_mac}


def text_of(kind: str, column: str) -> str:
    """Return the SQL that writes a column of addresses as text; :func:`know_texts` knows its addresses.

    Args:
        kind: its SQL type: UHUGEINT is an address, UBIGINT a MAC, any other is left as it is.
        column: the column, as SQL names it.
    """
    if kind == "UBIGINT":
        digits = f"lpad(lower(hex({column})), 12, '0')"
        pairs = ", ".join(f"substr({digits}, {at}, 2)" for at in range(1, 12, 2))
        return f"CASE WHEN {column} IS NOT NULL THEN concat_ws(':', {pairs}) END"
    if kind != "UHUGEINT":
        return column
    number = f"({column} - {V4_BASE})::BIGINT"
    parts = ", ".join(f"({number} >> {shift}) & 255" for shift in (24, 16, 8, 0))
    return (
        f"CASE WHEN {column} BETWEEN {V4_BASE} AND {_V4_LAST} THEN concat_ws('.', {parts})"
        f" WHEN {column} IS NOT NULL THEN (SELECT s.text FROM ip6_text s WHERE s.ip = {column}) END"
    )


def know_texts(connection: Database, queries: Iterable[str]) -> None:
    """Make the table of texts that :func:`text_of` asks.

    Args:
        connection: the database.
        queries: SQL that yields addresses, each query one column.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE ip6_text (ip UHUGEINT, text VARCHAR)")
    union = " UNION ".join(
        f"SELECT DISTINCT ip FROM ({query}) q(ip) WHERE ip NOT BETWEEN {V4_BASE} AND {_V4_LAST}" for query in queries
    )
    found = connection.execute(union).fetchall() if union else []
    _fill(connection, "ip6_text", [(str(ip), ip_text(Ip(ip))) for (ip,) in found if ip is not None])


def know_numbers(connection: Database, texts: dict[str, list[str]]) -> list[str]:
    """Make the tables ``ip_number`` and ``mac_number`` (text, number); return the texts that are no addresses.

    Args:
        connection: the database.
        texts: for each SQL type, UHUGEINT or UBIGINT, a query for each column that has such texts.
    """
    strange = []
    for kind, table in (("UHUGEINT", "ip_number"), ("UBIGINT", "mac_number")):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (text VARCHAR, number {kind})")
        union = " UNION ".join(f"SELECT DISTINCT t FROM ({query}) q(t) WHERE t IS NOT NULL" for query in texts.get(kind, ()))
        known = []
        for (text,) in connection.execute(union).fetchall() if union else []:
            try:
                known.append((text, str(_PARSERS[kind](text))))
            except ValueError:
                strange.append(text)
        _fill(connection, table, known)
    return strange


def _fill(connection: Database, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        kinds = [str(column[1]) for column in connection.execute(f"FROM {table} LIMIT 0").description or []]
        picked = ", ".join(f"unnest(?::VARCHAR[])::{kind}" for kind in kinds)
        connection.execute(f"INSERT INTO {table} SELECT {picked}", [list(column) for column in zip(*rows, strict=True)])
