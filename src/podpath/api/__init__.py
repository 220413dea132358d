"""What programs call: the names here stay, and each release says what changed (docs/api.md).

Results are the types of :mod:`podpath.state`: their fields carry facts, so that nothing has to be read out of a sentence.
Nothing is changed on any machine; a snapshot from anybody can reach nothing outside itself.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from podpath.api.errors import UserError
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.api.explanations import Explanation
    from podpath.snapshot.store import Result, Store
    from podpath.state.change import Diff
    from podpath.state.finding import Report
    from podpath.state.trace import Trace

__all__ = ["Snapshot", "UserError", "check", "diff", "explain", "load", "loads", "sql", "trace", "what_if"]


class Snapshot:
    """The state of one node or many, for the other functions here; close it, or use it in a ``with`` block.

    Attributes:
        store: its tables.
    """

    def __init__(self, store: "Store") -> None:
        self.store = store

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of its nodes."""
        return tuple(name for (name,) in self.store.raw("SELECT DISTINCT name FROM node ORDER BY ALL"))

    def close(self) -> None:
        """Give back what it holds: memory, temporary files."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def load(*sources: str | Path, as_of: int | None = None, most_nodes: int | None = None) -> Snapshot:
    """Return what files say, together; without any, the state of this node now.

    Args:
        sources: snapshot files, texts with pasted output, folders, archives.
        as_of: the last line of each text to read: what follows came later.
        most_nodes: nodes that a snapshot may have; none means 20,000.

    Raises:
        UserError: nothing could be read, or a file cannot be.
    """
    from podpath.api.progress import Silent
    from podpath.api.snapshots import opened

    return Snapshot(opened([str(source) for source in sources], Silent(), as_of=as_of, most_nodes=most_nodes))


def loads(text: str, name: str = "text") -> Snapshot:
    """Return what a pasted text says.

    Args:
        text: outputs of commands, with prompts or headings.
        name: what evidence calls it, and what a node is called that has no other name.

    Raises:
        UserError: nothing in it could be read.
    """
    from podpath.api.snapshots import pasted

    return Snapshot(pasted(text, name))


def check(snapshot: Snapshot, ignore: Iterable[str] = ()) -> "Report":
    """Return what is wrong, what is not known, and the state of every tunnel between nodes.

    Args:
        snapshot: the nodes.
        ignore: names of checks to omit.

    Raises:
        UserError: there is no check of such a name.
    """
    from podpath.api.questions import known_checks
    from podpath.checks.engine.run import run_checks

    return run_checks(snapshot.store, known_checks(ignore))


def trace(
    snapshot: Snapshot,
    source: str,
    destination: str,
    *,
    proto: str | None = None,
    port: int | None = None,
    source_port: int | None = None,
    size: int | None = None,
    dont_fragment: bool = False,
    family: int | None = None,
    assume: Iterable[str] = (),
) -> "Trace":
    """Follow a packet there and its answer back.

    Args:
        snapshot: the nodes.
        source: as the command line names it: a container, ``NAMESPACE/POD``, ``node:NAME``, an address, ``outside:ADDRESS``.
        destination: the same, or a service: ``svc/NAME:PORT``; a port may stand behind any.
        proto: icmp, tcp, udp or sctp; none means tcp with a port, else icmp.
        port: destination port.
        source_port: source port.
        size: bytes of the whole packet.
        dont_fragment: routers must not fragment it.
        family: 4 or 6, where a name has both.
        assume: what to take for true where nothing shows it: no-netfilter, listening, forwarding, asked-address,
            connected-socket.

    Raises:
        UserError: an end is not known, or the ends do not fit.
    """
    return what_if(
        snapshot, (), source, destination,
        proto=proto, port=port, source_port=source_port, size=size, dont_fragment=dont_fragment, family=family, assume=assume,
    )  # fmt: skip


def what_if(
    snapshot: Snapshot,
    commands: Sequence[str],
    source: str,
    destination: str,
    *,
    proto: str | None = None,
    port: int | None = None,
    source_port: int | None = None,
    size: int | None = None,
    dont_fragment: bool = False,
    family: int | None = None,
    assume: Iterable[str] = (),
) -> "Trace":
    """Follow a packet as :func:`trace` does, on a copy on which commands were run; no machine is changed.

    Args:
        snapshot: the nodes.
        commands: ip, bridge and sysctl commands, each as ``NODE: COMMAND`` where there are several nodes.
        source: the sender, and all that follows, as for :func:`trace`.
        destination: the receiver.
        proto: the protocol.
        port: destination port.
        source_port: source port.
        size: bytes of the whole packet.
        dont_fragment: routers must not fragment it.
        family: 4 or 6.
        assume: what to take for true where nothing shows it.

    Raises:
        UserError: an end or a command is not known, or the ends do not fit.
    """
    from podpath.api.questions import ASSUMPTIONS, AskedPacket, traced, world

    if strange := sorted(set(assume) - set(ASSUMPTIONS)):
        raise UserError(
            tr(
                "nothing to assume is called {strange}; there are {assumptions}",
                strange=", ".join(strange),
                assumptions=", ".join(ASSUMPTIONS),
            )
        )
    packet = AskedPacket(proto, port, source_port, size, dont_fragment, family=family)
    return traced(world(snapshot.store, commands, assume), source, destination, packet)


def diff(old: Snapshot, new: Snapshot, ignore: Iterable[str] = ()) -> "Diff":
    """Return what changed between two snapshots of the same nodes, by meaning.

    Args:
        old: the earlier one.
        new: the later one.
        ignore: names of checks to omit.

    Raises:
        UserError: there is no check of such a name.
    """
    from podpath.api.questions import known_checks
    from podpath.checks.engine.changes import changes

    return changes(old.store, new.store, known_checks(ignore))


def sql(snapshot: Snapshot, query: str) -> "Result":
    """Return the answer to a query of the tables (docs/tables.md); addresses come as text.

    Args:
        snapshot: the nodes.
        query: one statement in DuckDB's SQL.

    Raises:
        UserError: the query is wrong, or reaches for something outside the tables.
    """
    from podpath.api.questions import queried

    return queried(snapshot.store, query)


def explain(name: str) -> "Explanation":
    """Return the page on a check, a cause, a concept, or a drop reason of the kernel.

    Args:
        name: its name.

    Raises:
        UserError: nothing is called so.
    """
    from podpath.api.explanations import explanation

    return explanation(name)
