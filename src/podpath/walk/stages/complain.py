"""A host reports to the sender that a packet cannot be forwarded: icmp_send(), icmp6_send(), tcp_v4_send_reset().

The message is a separate packet: whether it reaches the sender follows from its own path.
"""

from dataclasses import replace

from podpath.language import marked, tr
from podpath.state.address import V4, V4_BASE, Ip, is_link_local
from podpath.state.step import SenderTold, Told
from podpath.state.trace import Verdict
from podpath.walk.events import Complain, Outcome, Path, Send, Step, Transition, Walk, quiet
from podpath.walk.host.routes import choose_source
from podpath.walk.netfilter import Info, Track
from podpath.walk.packet import Packet

# Type and code by kind (RFC 792, RFC 4443).
_V4 = {
    "net-unreachable": (3, 0),
    "host-unreachable": (3, 1),
    "port-unreachable": (3, 3),
    "proto-unreachable": (3, 2),
    "too-big": (3, 4),
    "net-prohibited": (3, 9),
    "host-prohibited": (3, 10),
    "filtered": (3, 13),
    "ttl": (11, 0),
}
_V6 = {
    "net-unreachable": (1, 0),
    "host-unreachable": (1, 3),
    "beyond-scope": (1, 2),
    "filtered": (1, 1),
    "port-unreachable": (1, 4),
    "too-big": (2, 0),
    "ttl": (3, 0),
    "policy": (1, 5),
    "reject-route": (1, 6),
}
_ICMP_LENGTH = 576
_WORDS = marked(
    {"reset": "a TCP reset", "rejected": "the answer of the rule", "ttl": "ICMP time exceeded", "too-big": "ICMP too big"}
)


def stage(walk: Walk, event: Complain) -> tuple[Transition, ...]:
    """Send the message, and see whether it arrives."""
    original = event.packet
    if original.payload is not None:
        return (Transition(quiet(event.end)),)  # whoever wrapped it does not pass it on
    if original.about is not None or "RST" in original.flags:
        return (Transition(replace(event.end, verdict=Verdict.DROPPED)),)  # nobody answers an error with an error
    answer = event.answer and _sourced(walk, event.ns, event.answer, original)
    if event.answer is None:
        answer = _reset(original) if event.kind == "reset" else _message(walk, event)
    if answer is None:
        return (Transition(replace(event.end, verdict=Verdict.DROPPED, error="", mute=True)),)
    words = tr(_WORDS.get(event.kind, f"ICMP {event.kind.replace('-', ' ')}"))
    oif = event.dev if is_link_local(answer.dst) and event.dev else None
    return tuple(
        _told(event, path, answer, words)
        for path in _merged(
            walk.follow(Send(event.ns, answer, event.carry, oif, late=_is_late(walk, event, answer), track=_attached(event)))
        )
    )


def _attached(event: Complain) -> Track | None:
    """Return what connection tracking says of the message: it belongs to the packet's own connection (nf_conntrack_attach).

    So do ICMP errors (icmp_glue_bits, icmpv6_getfrag) and what a rule answers, also where the connection was never confirmed; the
    reset of a closed port is a packet like others.
    """
    track = event.carry.track
    if event.kind == "reset" or not isinstance(track, Track) or track.connection is None:
        return None
    return Track(Info.RELATED, track.connection, answer=not track.answer)


def _is_late(walk: Walk, event: Complain, answer: Packet) -> bool:
    """Say whether the answer's source follows from its route: it was not asked of an address of this host.

    IPv6 takes an address of the device that the packet came by, and looks up with that (icmp6_send).
    """
    return answer.proto == "icmp" and event.packet.dst not in walk.cluster.netns(event.ns).owned


def _merged(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Join the paths of the answer that end alike: whether it arrives is all that matters."""
    by_end: dict[Verdict, Path] = {}
    for path in paths:
        known = by_end.get(path.end.verdict)
        by_end[path.end.verdict] = path if known is None else known._replace(share=known.share + path.share)
    return tuple(by_end.values())


def _told(event: Complain, path: Path, answer: Packet, words: str) -> Transition:
    """Return what the sender knows where the answer takes one way."""
    if path.end.verdict is Verdict.DELIVERED:
        step = Step(event.ns, event.dev, SenderTold(words, Told.YES), answer)
        return Transition(event.end, (step,), path.share, gaps=path.gaps)
    if path.end.verdict is Verdict.UNKNOWN:
        step = Step(event.ns, event.dev, SenderTold(words, Told.UNKNOWN), answer)
        # What left for a sender who was not captured is all that a host can do to tell him.
        end = event.end if path.end.left else _untold(event.end)
        return Transition(end, (step,), path.share, gaps=path.gaps)
    step = Step(event.ns, event.dev, SenderTold(words, Told.NO), answer, about=path.end)
    return Transition(_untold(event.end), (step,), path.share)


def _untold(end: Outcome) -> Outcome:
    """Return the end of a packet whose sender does not hear of it."""
    return replace(end, verdict=Verdict.LOOP if end.verdict is Verdict.LOOP else Verdict.DROPPED, error="")


def _sourced(walk: Walk, ns: int, answer: Packet, original: Packet) -> Packet | None:
    """Return a message with its source, or None if there is none to take.

    Its source is the address that the packet was for, where that is this host's: rules for a source see it (icmp_route_lookup).
    """
    if answer.src not in {Ip(0), Ip(V4_BASE)}:
        return answer
    src = original.dst if original.dst in walk.cluster.netns(ns).owned else choose_source(walk, ns, answer)
    return replace(answer, src=src) if src is not None else None


def _reset(packet: Packet) -> Packet:
    return Packet(
        packet.dst, packet.src, "tcp", packet.dport, packet.sport, flags=frozenset(("RST", "ACK")), length=40, awaited=True
    )


def _message(walk: Walk, event: Complain) -> Packet | None:
    """Return the ICMP message, or None if this host has no address to send it from."""
    original = event.packet
    known = _V4 if original.family == V4 else _V6
    kind = event.kind if event.kind in known else "filtered"
    type_, code = known[kind]
    proto = original.icmp_proto
    length = min(_ICMP_LENGTH, original.length + 28)
    blank = Packet(Ip(0), original.src, proto, icmp_type=type_, icmp_code=code, length=length, about=original, awaited=True)
    return _sourced(walk, event.ns, blank, original)
