"""What a person or a program asks of a snapshot: a trace of one packet, a query of the tables."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.api.errors import UserError
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.snapshot.store import Result, Store
    from podpath.state.trace import Several, Trace
    from podpath.walk.cluster import Cluster
    from podpath.walk.endpoints import Endpoint
    from podpath.walk.trace import Ask

ASSUMPTIONS: Final = ("no-netfilter", "listening", "forwarding", "asked-address", "connected-socket")
"""What may be taken for true where nothing captured shows it."""

_MOST_PAIRS: Final = 256
"""Maximum number of pairs of pods that one question is asked about."""


def known_checks(names: Iterable[str]) -> frozenset[str]:
    """Return names of checks.

    Raises:
        UserError: there is no check of such a name.
    """
    from podpath.checks.engine.registry import checks

    wanted = frozenset(names)
    if strange := sorted(wanted - set(checks())):
        raise UserError(tr("there is no check named {strange}; `podpath explain` lists them", strange=", ".join(strange)))
    return wanted


class AskedPacket(NamedTuple):
    """The packet of a trace, as far as it was said.

    Attributes:
        proto: icmp, tcp, udp or sctp; none means tcp with a port, else icmp.
        port: destination port.
        source_port: source port.
        size: bytes of the whole packet.
        dont_fragment: routers must not fragment it.
        explain: each step explains itself.
        family: 4 or 6, where a name has both.
    """

    proto: str | None = None
    port: int | None = None
    source_port: int | None = None
    size: int | None = None
    dont_fragment: bool = False
    explain: bool = False
    family: int | None = None


@contextmanager
def told() -> Iterator[None]:
    """Turn what the walk says of ends and commands into errors that a person can act on.

    Raises:
        UserError: the walk refused them.
    """
    from podpath.walk.endpoints import EndpointError

    try:
        yield
    except EndpointError as error:
        raise UserError(str(error)) from None


def world(store: "Store", commands: Sequence[str] = (), assume: Iterable[str] = ()) -> "Cluster":
    """Return a snapshot as the walk sees it.

    Args:
        store: the snapshot.
        commands: commands to run on a copy first.
        assume: which of :data:`ASSUMPTIONS` to make.

    Raises:
        UserError: a command is not known.
    """
    from podpath.walk.cluster import Cluster
    from podpath.walk.what_if.commands import changes

    with told():
        return Cluster(store, changes(store, commands), tuple(assume))


def traced(cluster: "Cluster", source: str, destination: str, packet: AskedPacket) -> "Trace":
    """Follow a packet there and its answer back.

    Args:
        cluster: the snapshot.
        source: the sender, by name or address.
        destination: the receiver.
        packet: the packet.

    Raises:
        UserError: an end is not known, or the ends do not fit.
    """
    from podpath.walk.endpoints import endpoint
    from podpath.walk.trace import Tracer

    with told():
        sender = endpoint(cluster, source)
        receiver = endpoint(cluster, destination, sender.ns)
        found = Tracer(cluster).trace(asked(packet, sender, receiver))
    assumed = [f"assumed: {end.assumed}" for end in (sender, receiver) if end.assumed]
    return found._replace(remarks=(*assumed, *found.remarks)) if assumed else found


def several(cluster: "Cluster", source: str, destination: str, packet: AskedPacket) -> "Several | None":
    """Return what is true of every pair where a name means several pods (``deploy/web``), or None if neither does.

    Args:
        cluster: the snapshot.
        source: the sender, by name or address.
        destination: the receiver.
        packet: the packet.

    Raises:
        UserError: an end is not known, no pair can be traced, or there are too many.
    """
    from podpath.walk.endpoints import set_of
    from podpath.walk.several import grouped

    with told():
        meant = [set_of(cluster, word) for word in (source, destination)]
    if all(one is None or len(one.words) == 1 for one in meant):
        return None
    asked_for = zip(meant, (source, destination), strict=True)
    senders, receivers = (one.words if one is not None else (word,) for one, word in asked_for)
    pairs = [(one, two) for one in senders for two in receivers if one != two]
    if len(pairs) > _MOST_PAIRS:
        raise UserError(
            tr(
                "{source} and {destination} are {pairs} pairs of pods: name one of either, or use --all-pairs",
                source=source,
                destination=destination,
                pairs=len(pairs),
            )
        )
    port = meant[1].port if meant[1] is not None else None
    if port is not None and packet.port not in {None, port}:
        raise UserError(tr("{destination} and --port {port} are two ports: omit one", destination=destination, port=packet.port))
    proto = packet.proto or (meant[1].proto if meant[1] is not None else None)
    one = packet._replace(port=packet.port or port, proto=proto)
    assumed = tuple(f"assumed: {end.assumed}" for end in meant if end is not None and end.assumed)
    traces, left_out = list[tuple[tuple[str, str], "Trace"]](), list[tuple[str, str, str]]()
    for pair in pairs:
        try:
            traces.append((pair, traced(cluster, *pair, one)))
        except UserError as error:  # of one pod; the others have their answers
            left_out.append((*pair, str(error)))
    if not traces:
        raise UserError("; ".join(dict.fromkeys(reason for *_, reason in left_out)))
    return grouped(source, destination, traces, assumed)._replace(left_out=tuple(left_out))


def asked(packet: AskedPacket, source: "Endpoint", destination: "Endpoint") -> "Ask":
    """Return what is to be traced.

    Args:
        packet: the packet.
        source: the sender.
        destination: the receiver; its name may say a port and a protocol.

    Raises:
        UserError: there are two ports, or the protocol needs one and there is none.
    """
    from podpath.walk.trace import SOURCE_PORT, Ask

    if destination.port is not None and packet.port not in {None, destination.port}:
        raise UserError(tr("{name} and --port {port} are two ports: omit one", name=destination.name, port=packet.port))
    ask = Ask(
        source=source,
        destination=destination,
        proto=packet.proto or destination.proto or ("tcp" if packet.port else "icmp"),
        port=packet.port or destination.port,
        source_port=packet.source_port or SOURCE_PORT,
        size=packet.size,
        dont_fragment=packet.dont_fragment,
        explain=packet.explain,
        family=packet.family,
    )
    if ask.proto != "icmp" and ask.port is None:
        raise UserError(f"--proto {ask.proto} needs a --port")
    return ask


def queried(store: "Store", query: str) -> "Result":
    """Return the answer to a query of somebody's: it can reach nothing outside the snapshot.

    Args:
        store: the snapshot.
        query: one statement.

    Raises:
        UserError: the query is wrong.
    """
    import duckdb

    store.connection.complete()
    store.lock()
    try:
        return store.query(query)
    except duckdb.Error as error:
        raise UserError(tr("the query failed: {error}", error=error)) from None
