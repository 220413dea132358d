"""What a check is: a question in SQL, and the words for its answer.

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

All columns fill the texts (``{dev}``), addresses as text. ``{node}`` is the node's name, ``{where}``
the namespace in words (empty for the host's own), ``{run}`` what a command must be preceded by to run there.
A text whose column is NULL is left out; of several summaries the first that can be filled is used.
"""

from dataclasses import dataclass
from typing import NamedTuple

from podpath.state.finding import Confidence, Severity


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
    """A check.

    Attributes:
        name: kebab-case, stable: people suppress by it.
        severity: of its findings.
        confidence: of its findings.
        title: what is wrong, in one line.
        explain: what it means, why it breaks traffic, how it comes about and how to look, in plain words.
        summary: what was found, as texts to be filled; none for a check whose findings the walk words.
        why: what follows for the traffic, as a text to be filled.
        fix: commands or sentences, as texts to be filled; ``on NODE:`` in front where it is another node.
        sql: the question; empty for a check that reports broken links of the mesh, or causes of the walk.
        over: tables that the question joins: where one has no row, the answer has none.
        asked: it reports the causes of its name that :mod:`podpath.checks.engine.asked` comes upon.
        walked: it reports those causes, too, although it has a question: where packets end, that is told, and not what might end them.
        needs: what must have been seen for silence to mean health.
        applies: query for the namespaces in which it matters (one column, ``ns``); empty means every host's own.
        follows: names of checks whose findings on the same node and device make this one's a symptom.
    """

    name: str
    severity: Severity
    title: str
    explain: str
    summary: tuple[str, ...] = ()
    why: str = ""
    fix: tuple[str, ...] = ()
    sql: str = ""
    over: tuple[str, ...] = ()
    asked: bool = False
    walked: bool = False
    confidence: Confidence = Confidence.PROVEN
    needs: tuple[Need, ...] = ()
    applies: str = ""
    follows: tuple[str, ...] = ()
