"""``podpath drops``: what the kernel of this node drops now, and why."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import add_color, duration, speaks_unicode, wants_color, width, write
from podpath.cli.endings import Terminated
from podpath.state.typo import did_you_mean

if TYPE_CHECKING:
    from podpath.collect.node.directory import Directory
    from podpath.probe.drops import Tally, Where
    from podpath.probe.watcher import Watcher
    from podpath.state.drop import Drop, Drops

_TICK: Final = 1.0
_SPARE_ROWS: Final = 12
_ROWS_OF_ONE: Final = 2
_WITHOUT: Final = "without it, these count drops, but name no reason: nstat -az; ip -s -s link show"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "drops",
        help="what the kernel of this node drops now, and why",
        description="Shows the packets that this node's kernel drops, in every network namespace: the kernel's own reason,\n"
        "the place, the flow. It sends nothing and changes nothing.",
        epilog="WHERE: a container, pod or namespace by name (web, shop/web-1, netns:p1, host), a device (cni0), an address\n"
        "or a prefix (10.42.0.0/16), a reason (NETFILTER_DROP). A packet is shown if it matches one word of each kind.\n"
        "  sudo podpath drops --for 10s\n"
        "  sudo podpath drops web 10.42.1.17\n"
        "  podpath explain OTHERHOST               what a reason means, and what to look at\n"
        "Exit status: 0 podpath watched (whatever was dropped), 2 bad usage, or the kernel cannot be watched.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("where", nargs="*", metavar="WHERE", help="show these drops only (default: all)")
    parser.add_argument(
        "--for", dest="limit", type=duration, metavar="TIME", help="watch for this time: 10s, 5m (default: until ^C)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: a line for each kind, every second")
    add_color(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code.

    Raises:
        UserError: the kernel cannot be watched, or a word says nothing.
    """
    from podpath.collect.node.directory import Directory
    from podpath.collect.runtimes.read import read_runtimes
    from podpath.probe.observation import Point
    from podpath.probe.obstacle import ObstacleError
    from podpath.probe.watcher import LARGE, Watcher

    try:
        watcher = Watcher((Point.DROP,), size=LARGE)
    except ObstacleError as error:
        remedy = f": {error.remedy}" if error.remedy else ""
        raise UserError(f"{error}{remedy}\n         {_WITHOUT}") from None
    with watcher:
        directory = Directory(row for heard in read_runtimes() for row in heard.rows)
        wanted = _wanted(options.where, directory, watcher)
        _Watch(watcher, directory, wanted, options).run()
    return 0


Predicate = Callable[["Drop"], bool]


def _wanted(words: Sequence[str], directory: "Directory", watcher: "Watcher") -> Predicate:
    """Return what decides whether a drop is shown.

    Raises:
        UserError: a word is neither a place, a device, an address nor a reason.
    """
    from podpath.probe.selection import Selection, UnknownWordError

    try:
        selection = Selection.of(words, directory.places(), directory.devices, watcher.reason_names())
    except UnknownWordError as error:
        meant = did_you_mean(error.near)
        what = "no container, namespace, device, address or drop reason of this node"
        raise UserError(f'"{error.word}" is {what}{meant and f"; {meant}"}') from None
    return selection.wants


class _Watch:
    """One run of the command."""

    def __init__(self, watcher: "Watcher", directory: "Directory", wanted: Predicate, options: argparse.Namespace) -> None:
        from podpath.probe.drops import Tally
        from podpath.probe.symbols import Symbols
        from podpath.report.drops import DropsTerminal

        self._watcher, self._directory, self._wanted, self._options = watcher, directory, wanted, options
        symbols = Symbols()

        def tally() -> Tally:
            return Tally(watcher.reason, symbols.function, self._where)

        self._all, self._recent = tally(), tally()
        self._terminal = DropsTerminal(width(), unicode=speaks_unicode(sys.stdout))
        self._began = time.monotonic()

    def _where(self, inode: int, number: int) -> "Where":
        from podpath.probe.drops import Where

        place = self._directory.place(inode) if inode else None
        if place is None:
            return Where("?", f"if{number}" if number else "")
        return Where("" if place.kind == "host" else f"{place.kind}:{place.name}", self._directory.device(inode, number))

    def run(self) -> None:
        """Watch until the time is over, or the command is interrupted."""
        options = self._options
        live = options.format == "text" and sys.stdout.isatty()
        deadline = self._began + (options.limit or float("inf"))
        show = self._shown_live() if live else self._printed()
        try:
            with show as tick:
                while (left := deadline - time.monotonic()) > 0:
                    self._collect(min(_TICK, left))
                    tick()
        except Terminated as ended:
            # Interrupting is how a watch without a limit ends.
            if ended.number != signal.SIGINT:
                raise
        self._finish(live=live)

    def _collect(self, seconds: float) -> None:
        self._recent.clear()
        for seen in self._watcher.observations(seconds):
            kind = self._recent.add(seen)
            if self._wanted(kind):
                self._all.count(kind)
            else:
                self._recent.forget(kind)

    def _drops(self, tally: "Tally") -> "Drops":
        from podpath.explain.drop_reasons import drop_reasons
        from podpath.state.drop import Drops

        found = tuple(tally.drops())
        pages = drop_reasons()
        meanings = {drop.reason: pages[drop.reason].meaning for drop in found if drop.reason in pages}
        return Drops(os.uname().nodename, time.monotonic() - self._began, found, self._watcher.count_lost(), meanings)

    @contextmanager
    def _printed(self) -> Iterator[Callable[[], None]]:
        """Print lines as they come: of JSON, or of text where no time is set."""
        from podpath.report.drops import json_line

        def tick() -> None:
            drops = self._drops(self._recent)
            now = datetime.now(UTC)
            if self._options.format == "json":
                write("".join(json_line(drops, drop, now.isoformat(timespec="milliseconds")) for drop in drops.drops))
            elif self._options.limit is None:
                clock = f"{now.astimezone():%H:%M:%S}"
                self._print([self._terminal.line(drop, clock) for drop in drops.drops])
            sys.stdout.flush()

        yield tick

    @contextmanager
    def _shown_live(self) -> Iterator[Callable[[], None]]:
        """Show a table that changes, as many rows as fit."""
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        from podpath.report.drops import DropsTerminal
        from podpath.report.terminal import as_ansi

        console = Console()
        rows = max(3, (console.height - _SPARE_ROWS) // _ROWS_OF_ONE)
        terminal = DropsTerminal(width(), unicode=speaks_unicode(sys.stdout), rows=rows)
        color = wants_color(self._options.color, sys.stdout)

        def table() -> Text:
            text = Text.from_ansi(as_ansi(terminal.lines(self._drops(self._all)), width()))
            return text if color else Text(text.plain)

        with Live(table(), console=console, auto_refresh=False, transient=True) as shown:
            yield lambda: shown.update(table(), refresh=True)

    def _finish(self, *, live: bool) -> None:
        from podpath.report.drops import json_end

        drops = self._drops(self._all)
        if self._options.format == "json":
            write(json_end(drops, datetime.now(UTC).isoformat(timespec="milliseconds")))
        elif live or self._options.limit is not None or not drops.drops:
            self._print(list(self._terminal.lines(drops)))

    def _print(self, lines: list) -> None:  # type: ignore[type-arg]
        from podpath.report.terminal import as_ansi, as_text

        write(as_ansi(lines, width()) if wants_color(self._options.color, sys.stdout) else as_text(lines))
