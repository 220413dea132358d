"""What connection tracking says: state, conntrack, connmark, helper and what counts connections (net/netfilter/xt_*.c)."""

from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, every, within
from podpath.walk.netfilter.connection import Connection, Tuple
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.protocols import packet_protocol
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match, Standing
from podpath.walk.netfilter.xtables.kinds import (
    MARK,
    NET_OR_HOST,
    NUMBER,
    PORTS,
    PROTOCOL,
    QUOTED,
    STRING,
    bits_of,
    choice,
    hexadecimal,
    in_net,
    ranged,
    words,
)
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Kind, Option

_STATES: Final = ("INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED")
_STATUSES: Final = ("NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED")
_COMMAND: Final = "conntrack -L"


def _state(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--state", lambda wanted: sight.info.name in wanted))


def _state_of(sight: Sight, wanted: tuple[str, ...]) -> bool:
    """Say whether a packet is in one of some states (conntrack_mt of xt_conntrack.c)."""
    connection = sight.connection
    if sight.info.name in wanted:
        return True
    status = connection.status if connection is not None else frozenset()
    return ("SNAT" in wanted and "SRC_NAT" in status) or ("DNAT" in wanted and "DST_NAT" in status)


def _conntrack(asked: Asked, sight: Sight) -> Answer:
    """Ask for state first; of a packet without a connection nothing else is asked (conntrack_mt)."""
    if every(asked.test("--ctstate", lambda wanted: _state_of(sight, wanted))) is not True:
        return False
    connection = sight.connection
    if connection is None:
        return "--ctstate" in asked
    original, reply = connection.original, connection.reply
    answering = sight.track is not None and sight.track.answer
    return every(
        asked.test("--ctdir", lambda wanted: answering is (wanted == "REPLY")),
        asked.test("--ctorigsrc", lambda net: in_net(original.src, net)),
        asked.test("--ctorigdst", lambda net: in_net(original.dst, net)),
        asked.test("--ctreplsrc", lambda net: in_net(reply.src, net)),
        asked.test("--ctrepldst", lambda net: in_net(reply.dst, net)),
        asked.test("--ctproto", lambda proto: packet_protocol(original.proto) == proto),
        asked.test("--ctorigsrcport", lambda span: _port(original, "src", span)),
        asked.test("--ctorigdstport", lambda span: _port(original, "dst", span)),
        asked.test("--ctreplsrcport", lambda span: _port(reply, "src", span)),
        asked.test("--ctrepldstport", lambda span: _port(reply, "dst", span)),
        asked.test("--ctstatus", lambda wanted: bool(connection.status & set(wanted))),
        asked.test("--ctexpire", lambda _: Doubt(tr("when its connection expires is not known"), _COMMAND)),
    )


def _port(key: Tuple, side: str, span: tuple[int, int]) -> Answer:
    return within(key.port(side), *span, tr("a port of its connection"))


def _connmark(asked: Asked, sight: Sight) -> Answer:
    connection = sight.connection
    if connection is None:
        return False
    return every(asked.test("--mark", lambda wanted: connection.mark & wanted[1] == wanted[0]))


def _helper(asked: Asked, sight: Sight) -> Answer:
    connection = sight.connection
    if connection is None:
        return asked.negated("--helper")
    if connection.known:
        return Doubt(tr("the helper of its connection is not known"), _COMMAND)
    name = connection.helper
    return every(asked.test("--helper", lambda wanted: name is not None and (not wanted or wanted.startswith(name))))


def _uncounted(what: str) -> Any:  # noqa: ANN401 - a function of the one type that Match wants
    def ask(asked: Asked, sight: Sight) -> Answer:
        del asked
        if sight.connection is None:
            return False
        return Doubt(tr("{what} is not known", what=what), _COMMAND)

    return ask


def _counted_anyhow(asked: Asked, sight: Sight) -> Answer:
    """Count connections: of what has none the packet's own addresses are counted (connlimit_mt)."""
    del asked, sight
    return Doubt(tr("how many connections there are is not known"), _COMMAND)


def _label(asked: Asked, sight: Sight) -> Answer:
    connection = sight.connection
    if connection is None:
        return asked.negated("--label")
    return _known_label(connection, asked)


def _known_label(connection: Connection, asked: Asked) -> Answer:
    if "--set" in asked:
        return every(asked.test("--label", lambda _: True))
    if connection.known:
        return Doubt(tr("the labels of its connection are not known"), "conntrack -L -o labels")
    return every(asked.test("--label", lambda bit: bit.isdecimal() and int(bit) in connection.labels))


def _connlimit_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Add the mask and the side that are counted where none is said."""
    given.setdefault("--connlimit-mask", Given(bits_of(family)))
    if "--connlimit-daddr" not in given:
        given.setdefault("--connlimit-saddr", Given(value=True))
    return given


def _node_mask(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Write one node as a mask."""
    del family
    node = given.pop("--cluster-local-node", None)
    if node is not None:
        given["--cluster-local-nodemask"] = Given(1 << (node.value - 1), node.negated)
    return given


_BYTES: Final = Kind(
    1,
    lambda text: (int(text.partition(":")[0]), int(text.partition(":")[2] or 0) if ":" in text else 0),
    lambda value: f"{value[0]}:{value[1]}" if value[1] else str(value[0]),
)

MATCHES: Final = (
    Match("state", (Option("--state", words(_STATES)),), _state),
    Match(
        "conntrack",
        (
            Option("--ctstate", words((*_STATES, "SNAT", "DNAT"))),
            Option("--ctproto", PROTOCOL),
            Option("--ctorigsrc", NET_OR_HOST),
            Option("--ctorigdst", NET_OR_HOST),
            Option("--ctreplsrc", NET_OR_HOST),
            Option("--ctrepldst", NET_OR_HOST),
            Option("--ctorigsrcport", PORTS),
            Option("--ctorigdstport", PORTS),
            Option("--ctreplsrcport", PORTS),
            Option("--ctrepldstport", PORTS),
            Option("--ctstatus", words(_STATUSES)),
            Option("--ctexpire", ranged(0xFFFF_FFFF)),
            Option("--ctdir", choice("ORIGINAL", "REPLY")),
        ),
        _conntrack,
        "`--ctexpire` is unknown",
    ),
    Match("connmark", (Option("--mark", MARK),), _connmark),
    Match("helper", (Option("--helper", STRING),), _helper, "unknown for connections of the snapshot"),
    Match(
        "connbytes",
        (
            Option("--connbytes", _BYTES),
            Option("--connbytes-mode", choice("packets", "bytes", "avgpkt")),
            Option("--connbytes-dir", choice("original", "reply", "both")),
        ),
        _uncounted("how much traffic its connection has had"),
        standing=Standing.UNKNOWN,
    ),
    Match("connlabel", (Option("--label", QUOTED), Option("--set", FLAG)), _label, "labels by name are read as numbers"),
    Match(
        "connlimit",
        (
            Option("--connlimit-upto", NUMBER),
            Option("--connlimit-above", NUMBER),
            Option("--connlimit-mask", NUMBER),
            Option("--connlimit-saddr", FLAG),
            Option("--connlimit-daddr", FLAG),
        ),
        _counted_anyhow,
        standing=Standing.UNKNOWN,
        complete=_connlimit_defaults,
    ),
    Match(
        "cluster",
        (
            Option("--cluster-local-nodemask", hexadecimal(8)),
            Option("--cluster-local-node", NUMBER),
            Option("--cluster-total-nodes", NUMBER),
            Option("--cluster-hash-seed", hexadecimal(8)),
        ),
        _uncounted("which node of the cluster its hash selects"),
        standing=Standing.UNKNOWN,
        complete=_node_mask,
    ),
)
