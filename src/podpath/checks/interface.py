"""What a check is: a query in SQL; the words for its rows are those of a cause.

A check's query returns a row for each thing wrong. Columns with these names have a meaning:

``ns``
    namespace that must be fixed (required);
``row_TABLE``, ``row_TABLE_2`` …
    ``rowid`` of a row of that table, shown as evidence;
``needle_TABLE`` …
    the word of that evidence that matters (of an output of several lines, the line that has it is shown);
``at_source`` and ``at_line``
    a line of an output that no row was made of, shown as evidence;
``confidence``, ``severity``
    ``proven`` or ``likely``, ``error``, ``warning`` or ``info``, where a row differs from the check's own;
``related``
    list of names of other nodes that are touched.

All columns fill the templates of the cause that has the check's name (:class:`podpath.causes.cause.Cause`), addresses as
text. A check has that cause's file name.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Need(NamedTuple):
    """State without which a check cannot say that all is well.

    Attributes:
        table: table that must have been seen.
        command: command that shows it.
        part: part of it: a sysctl (``*`` stands for any word), a routing table, a protocol.
        family: 4 or 6, where only one matters.
    """

    table: str
    command: str
    part: str | None = None
    family: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check: how the findings of a cause come about.

    Attributes:
        sql: the query; empty for a check that reports broken links of the mesh, or causes of the walk.
        over: tables that the query joins: if one has no row, the result has none.
        asked: it reports the causes of its name that :mod:`podpath.checks.engine.asked` comes upon.
        walked: it reports those causes, too, although it has a query: it reports where packets end, not what might end them.
        needs: what must have been seen for silence to mean health.
        applies: query for the namespaces in which it matters (one column, ``ns``); empty means every host's own.
        by_devices: that query looks at kinds of devices: where these were not seen, the check may matter, too.
    """

    sql: str = ""
    over: tuple[str, ...] = ()
    asked: bool = False
    walked: bool = False
    needs: tuple[Need, ...] = ()
    applies: str = ""
    by_devices: bool = True
