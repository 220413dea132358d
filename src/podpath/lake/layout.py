"""What the objects of a lake are called, and what columns they have.

Each table of a snapshot is a folder, below it come the cluster, the day (UTC) and the node, as Hive writes partitions, so that
DuckDB, Spark, Trino, pandas and polars read a table as it is. Addresses are text, because no number of Parquet has 128 bits.
"""

import re
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from podpath.snapshot.schema import FRAME, ROWS, StoredColumn, columns

VERSION: Final = 1
"""Version of the layout; a capture of a later one is not read."""

JOINED: Final = "_"
"""The node whose objects hold many nodes: what ``podpath lake compact`` writes."""
PUSH: Final = "push"
"""The table of captures. Its object is written last, so that a capture without one is not complete."""
SUMS: Final = "entry_sum"
"""The table of sums of a node's routes, neighbours and forwarding entries."""
RESULT: Final = "result"
"""The table of what the checks found."""
ENTRIES: Final = ("route", "neighbour", "fdb")
"""Tables whose entries for peers lie in an object of their own: a healthy mesh is proven without them."""
PEERS: Final = "peers"
"""The part of a table that holds the entries for peers."""

_TEXT: Final = {"UHUGEINT": "VARCHAR", "UBIGINT": "VARCHAR"}
_KEYS: Final = frozenset(("cluster", "day", "node"))
_LONGEST: Final = 200
_OBJECT: Final = re.compile(
    r"(?P<table>[a-z_]+)/cluster=(?P<cluster>[^/]+)/day=(?P<day>\d{4}-\d\d-\d\d)/node=(?P<node>[^/]+)"
    r"/(?P<push>\d{8}T\d{6}Z-[0-9a-f]{12})(\.(?P<part>peers))?\.parquet"
)


class LakeColumn(NamedTuple):
    """A column of a table as a lake has it.

    Attributes:
        name: its name in Parquet.
        sql: its type there.
        own: its name in a snapshot.
        kind: its SQL type in a snapshot.
        optional: it may be empty.
    """

    name: str
    sql: str
    own: str
    kind: str
    optional: bool


class ObjectName(NamedTuple):
    """What the name of an object says.

    Attributes:
        table: its table.
        cluster: name of the cluster.
        day: the day of the capture, in UTC, as ISO 8601 writes it.
        node: name of the node that may write there, or JOINED.
        push: name of the capture: its time, and a digest of its content.
        part: PEERS, or nothing.
    """

    table: str
    cluster: str
    day: str
    node: str
    push: str
    part: str = ""

    @property
    def text(self) -> str:
        """The name itself."""
        part = f".{self.part}" if self.part else ""
        return f"{self.table}/{folder_of(self.cluster, self.day, self.node)}/{self.push}{part}.parquet"


def folder_of(cluster: str, day: str = "", node: str = "") -> str:
    """Return the part of a name that says whose an object is; a day and a node may be left out."""
    words = [f"cluster={_coded(cluster)}", f"day={day}" if day else "", f"node={_coded(node)}" if node else ""]
    return "/".join(filter(None, words))


def _coded(name: str) -> str:
    return quote(name, safe=" ")


def fits(name: str) -> bool:
    """Say whether a cluster or a node may be called so: its name is a folder's."""
    return 0 < len(_coded(name)) <= _LONGEST and name != JOINED


def parse_name(text: str) -> ObjectName | None:
    """Return what the name of an object says, or None if no podpath gave it."""
    found = _OBJECT.fullmatch(text)
    if found is None:
        return None
    cluster, node = unquote(found["cluster"], errors="replace"), unquote(found["node"], errors="replace")
    return ObjectName(found["table"], cluster, found["day"], node, found["push"], found["part"] or "")


TABLES: Final = (*FRAME, *ROWS)
"""The tables of a snapshot, all of which a lake has."""

_OF_PUSH: Final = (
    LakeColumn("push", "VARCHAR", "push", "VARCHAR", optional=False),
    LakeColumn("version", "BIGINT", "version", "BIGINT", optional=False),
    LakeColumn("podpath", "VARCHAR", "podpath", "VARCHAR", optional=False),
    LakeColumn("began", "DOUBLE", "began", "DOUBLE", optional=False),
    LakeColumn("files", "VARCHAR", "files", "VARCHAR", optional=False),
)
_OF_SUMS: Final = (
    LakeColumn("ns", "BIGINT", "ns", "BIGINT", optional=False),
    LakeColumn("dev", "VARCHAR", "dev", "VARCHAR", optional=False),
    LakeColumn("tab", "VARCHAR", "tab", "VARCHAR", optional=False),
    LakeColumn("entries", "BIGINT", "entries", "BIGINT", optional=False),
    LakeColumn("low", "VARCHAR", "low", "VARCHAR", optional=False),
    LakeColumn("high", "VARCHAR", "high", "VARCHAR", optional=False),
)


@cache
def lake_columns(table: str) -> tuple[LakeColumn, ...]:
    """Return the columns of a table as a lake has them, ``node_name`` apart, which each has first.

    The number of a node is left out, because an object of one node needs none. A column that is called like a partition has a
    line below its name.
    """
    if table in (PUSH, SUMS):
        return _OF_PUSH if table == PUSH else _OF_SUMS
    left_out = {"node": ("node", "name"), "netns": ("node",)}.get(table, ())
    return tuple(_column(column) for column in columns(table) if column.name not in left_out)


def _column(column: StoredColumn) -> LakeColumn:
    name = f"{column.name}_" if column.name in _KEYS else column.name
    # An empty text is stored as nothing at all, and read as what it was.
    return LakeColumn(
        name, _TEXT.get(column.sql, column.sql), column.name, column.sql, column.optional or column.sql == "VARCHAR"
    )
