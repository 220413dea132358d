"""Nodes over ssh into a store: the options, and how each answer is used."""

import argparse
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.api.errors import UserError
from podpath.cli.endings import not_counted, tell
from podpath.cli.kube import fetch as fetch_kube
from podpath.cli.kube_nodes import Told
from podpath.cli.kube_options import Kube, kube_of
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.collect.ssh.host import Host
    from podpath.collect.ssh.node import Answer
    from podpath.collect.ssh.settings import Settings, Way
    from podpath.snapshot.store import Store

_AS_ROOT: Final = (
    "what only root sees: filter rules, processes and network namespaces of other users (what ran there was not root)"
)
_PATIENCE: Final = 120.0
"""Default time limit for one node, in seconds."""
_LONGEST: Final = 200
_APART: Final = 2.0
_CLOCK: Final = 1.0


class Remote(NamedTuple):
    """What the options of ssh say.

    Attributes:
        words: hosts, as they were typed.
        missing: ask the nodes that the rest of the input lacks.
        settings: how they are asked.
        quiet: show no progress.
        resume: leave out those that are there already.
        kube: a cluster to ask by kubectl, or None.
    """

    words: tuple[str, ...]
    missing: bool
    settings: "Settings"
    quiet: bool
    resume: bool = False
    kube: "Kube | None" = None


class Interrupted(Exception):  # noqa: N818 - it is no error: somebody wanted it
    """The collection was ended before all nodes were asked; the store holds what was read until then.

    Args:
        number: the signal that ended it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def remote_of(options: argparse.Namespace) -> Remote | None:
    """Return what the options say, or None if no other node is wanted.

    Raises:
        UserError: an option makes no sense.
    """
    kube = kube_of(options)
    if not options.ssh and not options.missing and kube is None:
        return None
    from podpath.collect.files import InputError
    from podpath.collect.ssh.host import check_user
    from podpath.collect.ssh.settings import Settings, checked_options

    if options.jobs < 1 or options.retries < 0:
        raise UserError(tr("a number is too small: --jobs must be at least 1, --retries at least 0"))
    if options.missing and not options.ssh and not (getattr(options, "snapshots", None) or getattr(options, "resume", False)):
        raise UserError(tr("--missing reads the nodes that a SNAPSHOT lacks: give one"))
    try:
        chosen = checked_options(options.ssh_option)
        if options.user is not None:
            check_user(options.user, "--user")
    except InputError as error:
        raise UserError(str(error)) from None
    settings = Settings(
        options.user,
        options.sudo,
        chosen,
        options.timeout or _PATIENCE,
        retries=options.retries,
        jobs=options.jobs,
        ask=options.ask,
    )
    return Remote(tuple(options.ssh), options.missing, settings, options.quiet, kube=kube)


def fetch(store: "Store", remote: Remote) -> None:
    """Ask the nodes, and add what they answer to a store; those that fail are in it as missing.

    Args:
        store: the store.
        remote: which nodes, and how.

    Raises:
        Interrupted: somebody ended it; what was not asked is in the store as missing.
        UserError: a host is none, there is no ssh, or not one of the nodes could be read.
    """
    if remote.kube is not None:
        fetch_kube(store, remote.kube, lambda hosts, way: _by_kubectl(store, hosts, remote, way))
        if not remote.words and not remote.missing:
            return
    from podpath.collect.files import InputError

    try:
        hosts = _hosts(store, remote)
    except InputError as error:
        raise UserError(str(error)) from None
    try:
        arrivals = _asked(store, hosts, remote.settings, quiet=remote.quiet)
    except FileNotFoundError as error:
        if error.filename != "ssh":
            raise
        raise UserError(tr("there is no ssh on this machine; on Debian: sudo apt-get install openssh-client")) from None
    if hosts and not arrivals.read and not store.raw("SELECT 1 FROM link LIMIT 1"):
        name, problem = next(iter(arrivals.failed.items()))
        count = tr("the node") if len(hosts) == 1 else tr("any of {hosts} nodes", hosts=len(hosts))
        raise UserError(tr("could not read {count}: {name}: {problem}", count=count, name=name, problem=problem))


def _by_kubectl(store: "Store", hosts: "Sequence[Host]", remote: Remote, way: "Way") -> Told:
    """Ask nodes through kubectl; the caller reports which were not read."""
    settings = remote.settings._replace(way=way, ask=False)
    arrivals = _asked(store, hosts, settings, quiet=remote.quiet, each=False)
    return Told(arrivals.read, arrivals.failed)


def _asked(store: "Store", hosts: "Sequence[Host]", settings: "Settings", *, quiet: bool, each: bool = True) -> "Arrivals":
    """Ask nodes, add what they answer to a store, and return what came.

    Args:
        store: the store.
        hosts: the nodes.
        settings: how they are asked.
        quiet: show no progress.
        each: say a line for each node.

    Raises:
        FileNotFoundError: there is no program that reaches them.
        Interrupted: somebody ended it.
    """
    from podpath.cli.fleet import Fleet
    from podpath.collect.ssh.many import InterruptedCollectionError, ask_all
    from podpath.snapshot.leftovers import folder

    arrivals = Arrivals(store, settings)
    try:
        with not_counted(), folder() as here, Fleet(len(hosts), quiet=quiet, ask=settings.ask, each=each) as fleet:
            ask_all(hosts, settings, arrivals.take, fleet, arrivals.keep, arrivals.stop, here)
    except InterruptedCollectionError as interrupted:
        for host in hosts:
            if host.name not in arrivals.asked:
                arrivals.fail(host, time.time(), tr("it was not read: the collection was interrupted"))
        arrivals.end()
        raise Interrupted(interrupted.number) from None
    arrivals.end()
    for line in arrivals.notes():
        tell(line)
    return arrivals


def _hosts(store: "Store", remote: Remote) -> "list[Host]":
    from podpath.collect.ssh.host import make_host
    from podpath.collect.ssh.hosts import read_hosts, unique

    hosts = read_hosts(remote.words)
    if remote.missing:
        from podpath.snapshot.uncaptured import uncaptured

        lacking = [make_host(name, target, "--missing") for name, target in uncaptured(store)]
        hosts = unique([*hosts, *(host for host in lacking if host.target not in {known.target for known in hosts})])
    store.flush()
    there = dict(
        store.raw(
            "SELECT d.name, bool_and(c.problem IS NULL) FROM capture c JOIN netns n USING (ns) JOIN node d USING (node)"
            " GROUP BY d.name"
        )
    )
    if remote.resume:
        hosts = [host for host in hosts if not there.get(host.name)]
    for host in hosts:
        if there.get(host.name) is False:
            store.forget(host.name)
    return hosts


class Arrivals:
    """Answers on their way into a store.

    Args:
        store: the store.
        settings: how the nodes were asked.

    Attributes:
        asked: names of the hosts that were.
        read: names of those that gave something.
        failed: why others did not, by name.
    """

    def __init__(self, store: "Store", settings: "Settings") -> None:
        self._store = store
        self._settings = settings
        self._machines: dict[str, str] = {}
        self._twice: list[tuple[str, str]] = []
        self._times: dict[str, tuple[float, float]] = {}
        self._clocks: list[tuple[str, float]] = []
        self._stopped = threading.Event()
        self.asked: set[str] = set()
        self.read: list[str] = []
        self.failed: dict[str, str] = {}
        store.flush()
        store.connection.execute("BEGIN")

    def take(self, answer: "Answer") -> None:
        """Add an answer to the store."""
        self.asked.add(answer.host.name)
        if answer.file is None:
            self.fail(answer.host, answer.began, answer.problem or tr("it did not answer"), answer)
        elif answer.machine and (first := self._machines.setdefault(answer.machine, answer.host.name)) != answer.host.name:
            # Each of its addresses would stand on two nodes, and be called a fault.
            self._twice.append((answer.host.name, first))
        else:
            self._load(answer)

    def keep(self) -> None:
        """Write what was taken for good, before more comes."""
        self.end()
        self._store.connection.execute("BEGIN")

    def end(self) -> None:
        """Write what was taken for good."""
        self._store.flush()
        self._store.connection.execute("COMMIT")

    def fail(self, host: "Host", began: float, problem: str, answer: "Answer | None" = None) -> None:
        """Note that nothing is known of a node, and why."""
        from podpath.collect.ssh.node import how_to_learn
        from podpath.state.host import Capture, Missing

        ended = answer.ended if answer else began
        ns = self._store.netns(self._store.node(host.name, host.address))
        rows: list[NamedTuple] = [
            Capture(None, host.target, began, ended, problem=problem),
            Missing(f"everything: {problem}", how_to_learn(host, self._settings)),
        ]
        self._store.add(ns, 0, [(0, row) for row in rows])
        self.failed[host.name] = problem

    def _load(self, answer: "Answer") -> None:
        from podpath.collect.ssh.node import how_to_learn
        from podpath.state.host import Capture, Missing
        from podpath.state.visible import visible

        host, store = answer.host, self._store
        ns = store.netns(store.node(host.name, host.address))
        way, problem = "script", answer.problem
        rows: list[NamedTuple] = []
        try:
            way = _read(store, answer, self._by(host), self._watched)
        except AnswerError as broken:
            problem, way = str(broken), broken.way
        except Exception as broken:  # noqa: BLE001 - a node may print anything: it is that node's loss, and nobody else's
            problem = tr("its output cannot be read: {broken}", broken=visible(str(broken) or type(broken).__name__)[:_LONGEST])
        if problem is not None:
            rows.append(Missing(tr("the rest of its output: {problem}", problem=problem), how_to_learn(host, self._settings)))
            self.failed[host.name] = problem
        if way == "script" and not answer.root:
            rows.append(Missing(_AS_ROOT, how_to_learn(host, self._settings._replace(sudo=True))))
        clock = None if answer.clock is None else round(answer.clock, 3)
        error = None if answer.clock_error is None else round(answer.clock_error, 3)
        rows.append(Capture(way, host.target, answer.began, answer.ended, clock, error, problem))
        store.add(ns, 0, [(0, row) for row in rows])
        self.read.append(host.name)
        self._times[host.name] = (answer.began, answer.ended)
        if clock is not None and abs(clock) > (error or 0) + _CLOCK:
            self._clocks.append((host.name, clock))

    def _by(self, host: "Host") -> str:
        """Return how a node was reached, behind its name in evidence."""
        return tr("over ssh") if self._settings.way is None else f"by {host.target}"

    def stop(self) -> None:
        """Read no further in the answer that is being read."""
        self._stopped.set()

    def _watched(self, lines: Iterator[str]) -> Iterator[str]:
        """Yield the lines of an answer until the time limit of a node, or the end of the collection."""
        until = time.monotonic() + self._settings.timeout
        for line in lines:
            if self._stopped.is_set():
                raise AnswerError(tr("the collection was interrupted while it was read"))
            if time.monotonic() > until:
                raise AnswerError(tr("reading it took more than {timeout:g} seconds (--timeout)", timeout=self._settings.timeout))
            yield line

    def notes(self) -> Iterator[str]:
        """Yield what people should know of how the nodes were read."""
        for name, first in self._twice:
            yield tr("{name} is the same host as {first}, and was used once", name=name, first=first)
        for name, clock in self._clocks:
            if clock > 0:
                yield tr("the clock of {name} is {clock:.0f} s ahead of this machine's", name=name, clock=clock)
            else:
                yield tr("the clock of {name} is {clock:.0f} s behind this machine's", name=name, clock=-clock)
        if len(self._times) > 1:
            apart = max(began for began, _ in self._times.values()) - min(ended for _, ended in self._times.values())
            if apart > _APART:
                yield tr(
                    "the captures are up to {apart:.0f} s apart: a change in between may look like a contradiction", apart=apart
                )


class AnswerError(Exception):
    """A node's answer that cannot be read on.

    Args:
        message: why.
        way: what made it: the script, or podpath.
    """

    def __init__(self, message: str, way: str = "script") -> None:
        super().__init__(message)
        self.way = way


def _read(store: "Store", answer: "Answer", by: str, watch: "Callable[[Iterator[str]], Iterator[str]]") -> str:
    """Read a node's answer, as far as the watch lets it be; return what made it."""
    from podpath.api.live import add_parts
    from podpath.collect.node.stream import HEAD, StreamError, is_end, parts_of
    from podpath.snapshot.load import load_text

    assert answer.file is not None  # noqa: S101 - the caller has seen it
    name = answer.host.name
    lines = watch(_lines(answer.file))
    first = next(lines, "")
    lines = chain([first], lines)
    if first.startswith(HEAD):
        if answer.problem is not None or any(map(is_end, _lines(answer.file))):
            try:
                add_parts(store, name, f"{name}, {by}", parts_of(lines))
            except StreamError as error:
                raise AnswerError(tr("the output of podpath there cannot be read: {error}", error=error), "podpath") from None
            return "podpath"
        # podpath broke off there, and the script ran in its place.
        lines = _after_rows(lines)
    load_text(store, f"{name}, {by}", name, answer.host.address, _cut(lines, answer.problem), only=True)
    return "script"


def _lines(file: Path) -> Iterator[str]:
    from podpath.collect.files import TextFile, lines_of

    return iter(lines_of(TextFile(tr("the answer"), "", None, file)))


def _after_rows(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith(('{"schema"', '{"at"')))


def _cut(lines: Iterable[str], problem: str | None) -> Iterator[str]:
    """Leave out the output of the command during which a connection ended: what it did not print means nothing."""
    held: list[str] = []
    for line in lines:
        if problem is not None and line.startswith("# "):
            yield from held
            held.clear()
        if problem is None:
            yield line
        else:
            held.append(line)
