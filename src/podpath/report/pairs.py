"""``podpath trace --all-pairs``: reachability as a matrix, with its red cells explained and grouped by cause."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from podpath.language import tr
from podpath.report.json_text import json_text
from podpath.report.signs import cut, signs
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.words import plural
from podpath.state.trace import PairCause, PairMatrix, Verdict

SCHEMA: Final = "podpath.trace-pairs/1"
_SHOWN: Final = 3
_MOST_NAME: Final = 16


def as_json(matrix: PairMatrix) -> str:
    """Return the JSON document; its JSON Schema ships beside this module."""
    return json_text(document(matrix))


def document(matrix: PairMatrix) -> dict[str, Any]:
    """Return the document, ``podpath.trace-pairs/1``."""
    return {
        "schema": SCHEMA,
        "sources": matrix.sources,
        "targets": matrix.targets,
        "verdicts": dict(Counter(str(verdict) for verdict in matrix.verdicts.values())),
        "walked": matrix.walked,
        "causes": matrix.causes,
    }


class PairTerminal:
    """Lays a matrix out.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True) -> None:
        self._width = max(60, width)
        self._sign = signs(unicode=unicode)
        self._terminal = Terminal(self._width, unicode=unicode)

    def lines(self, matrix: PairMatrix) -> Iterator[Line]:
        """Yield the lines: how it stands, the causes, the matrix where it fits."""
        yield from self._headline(matrix)
        for cause in matrix.causes:
            yield []
            yield from self._cause(cause)
        if any(verdict is not Verdict.DELIVERED for verdict in matrix.verdicts.values()):
            yield from self._matrix(matrix)

    def _headline(self, matrix: PairMatrix) -> Iterator[Line]:
        counts = Counter(matrix.verdicts.values())
        total, fine, unknown = len(matrix.verdicts), counts[Verdict.DELIVERED], counts[Verdict.UNKNOWN]
        bad = total - fine - unknown
        sign, style = ("bad", "bold red") if bad else ("open", "bold cyan") if unknown else ("ok", "bold green")
        said = tr("{fine} of {total} delivered, there and back", fine=fine, total=plural(total, "pair"))
        said += tr("; {bad} not", bad=bad) if bad else ""
        said += tr("; {unknown} unknown", unknown=unknown) if unknown else ""
        yield [Span(f"{self._sign[sign]} {said}", style)]

    def _cause(self, cause: PairCause) -> Iterator[Line]:
        examples = [f"{one} {self._sign['arrow']} {two}" for one, two in cause.pairs[:_SHOWN]]
        more = tr(" and {pairs} more", pairs=len(cause.pairs) - _SHOWN) if len(cause.pairs) > _SHOWN else ""
        told = f"{plural(len(cause.pairs), 'pair')} {cause.verdict}: {', '.join(examples)}{more}"
        if cause.finding is not None:
            yield from self._terminal.finding(cause.finding, {})
        yield from self._terminal.wrapped(
            told, f"{self._sign['bad' if cause.finding else 'open']} ", "red" if cause.finding else "cyan", 2
        )
        for item in cause.unknowns:
            yield from self._terminal.wrapped(
                tr("unknown: {missing}, on {node}", missing=item.missing, node=item.node), "  ", "cyan", 4
            )
            yield from self._terminal.commands(item.command)

    def _matrix(self, matrix: PairMatrix) -> Iterator[Line]:
        left = min(max((len(name) for name in matrix.sources), default=0), _MOST_NAME)
        if left + 3 * len(matrix.targets) + 2 > self._width:
            return
        yield []
        for at, name in enumerate(matrix.targets):
            yield [Span(f"{'':<{left}} {'  |' * at}  {cut(name, _MOST_NAME, self._sign['cut'])}", "dim")]
        for source in matrix.sources:
            row: Line = [Span(f"{cut(source, left, self._sign['cut']):<{left}} ")]
            row += [self._cell(matrix.verdicts.get((source, target))) for target in matrix.targets]
            yield row

    def _cell(self, verdict: Verdict | None) -> Span:
        if verdict is None:
            return Span(f"  {self._sign['self']}", "dim")
        if verdict is Verdict.DELIVERED:
            return Span(f"  {self._sign['ok']}", "green")
        return (
            Span(f"  {self._sign['open']}", "cyan") if verdict is Verdict.UNKNOWN else Span(f"  {self._sign['bad']}", "bold red")
        )
