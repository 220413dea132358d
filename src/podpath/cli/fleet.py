"""How far many nodes are: a live line for each on a terminal, plain lines elsewhere, nothing where it is not wanted."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from podpath.cli.endings import tell
from podpath.language import tr

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from podpath.collect.ssh.host import Host
    from podpath.collect.ssh.node import Answer

_PER_SECOND: Final = 5
_LINES_LEFT: Final = 3
_KILO: Final = 1000


class Fleet:
    """Shows how far each node is, on standard error.

    Args:
        total: number of nodes.
        quiet: show nothing.
        ask: ssh may ask on the terminal, so nothing there is drawn over.
        each: say what came of each node, too.
    """

    def __init__(self, total: int, *, quiet: bool = False, ask: bool = False, each: bool = True) -> None:
        self._total = total
        self._each = each
        self._quiet = quiet
        self._drawn = not quiet and not ask and sys.stderr.isatty()
        self._running: dict[str, tuple[float, int]] = {}
        self._done = self._failed = 0
        self._began = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._drawn and self._total:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(stderr=True), get_renderable=self._drawing, refresh_per_second=_PER_SECOND, transient=True
            )
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def started(self, host: "Host") -> None:
        """Note that a node is being asked."""
        self._running[host.name] = (time.monotonic(), 0)

    def heard(self, host: "Host", size: int) -> None:
        """Note how many bytes have come."""
        began, _ = self._running.get(host.name, (time.monotonic(), 0))
        self._running[host.name] = (began, size)

    def finished(self, answer: "Answer") -> None:
        """Note what came of a node."""
        self._running.pop(answer.host.name, None)
        self._done += answer.problem is None
        self._failed += answer.problem is not None
        if self._quiet or not self._each:
            return
        number = self._done + self._failed
        told = answer.problem or f"{size_text(answer.size)} in {answer.ended - answer.began:.1f} s"
        if self._live is None:
            tell(f"{number}/{self._total} {answer.host.name}: {told}")
        elif answer.problem is not None:
            from rich.text import Text

            self._live.console.print(Text(f"podpath: {answer.host.name}: {told}"), soft_wrap=True)

    def _drawing(self) -> "Text":
        """Return the counts, and below them the nodes that take longest."""
        from rich.text import Text

        now = time.monotonic()
        running = sorted(dict(self._running).items(), key=lambda item: item[1][0])
        text = Text(f"{self.summary(now)}\n", no_wrap=True, overflow="ellipsis")
        room = max((self._live.console.height if self._live else 24) - _LINES_LEFT, 1)
        for name, (began, size) in running[:room]:
            text.append(f"  {name:<24} {now - began:6.1f} s  {size_text(size)}\n")
        if len(running) > room:
            text.append(tr("  and {running} more\n", running=len(running) - room))
        return text

    def summary(self, now: float) -> str:
        """Return how many nodes are done, failed, running and waiting, and about how long it will take."""
        ended = self._done + self._failed
        waiting = max(self._total - ended - len(self._running), 0)
        text = tr(
            "{done} done, {failed} failed, {running} running, {waiting} waiting",
            done=self._done,
            failed=self._failed,
            running=len(self._running),
            waiting=waiting,
        )
        if not ended or ended == self._total:
            return text
        return tr("{text}, about {now:.0f} s left", text=text, now=(now - self._began) / ended * (self._total - ended))


def size_text(size: int) -> str:
    """Return a number of bytes as people write it."""
    return f"{size / _KILO / _KILO:.1f} MB" if size >= _KILO * _KILO else f"{size / _KILO:.0f} kB"
