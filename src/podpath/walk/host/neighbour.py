"""The next hop's link-layer address: from the neighbour table, else by asking the segment.

net/core/neighbour.c, net/ipv4/arp.c, net/ipv6/ndisc.c.

The request is a frame like any other, and is walked like one: which host answers, and whether the reply arrives, follows from
the same stages that carry the packet itself.
"""

from dataclasses import replace
from fractions import Fraction
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import V4, V4_BASE, V6, Ip, Mac, family_of, ip_text, is_unseen, last_ip
from podpath.state.link import Address, Link
from podpath.state.neighbour import Neighbour
from podpath.state.step import NeighbourAnswered, NeighbourFound
from podpath.state.trace import Verdict
from podpath.walk.events import WHOLE, Carry, Gap, Leave, Outcome, Path, Step, Transmit, Unanswered, Walk, quiet, unknown
from podpath.walk.host.hooks import pass_question
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import BROADCAST, Frame, NeighbourRequest
from podpath.walk.routing.source_address import select_source

_VALID: Final = frozenset(("PERMANENT", "NOARP", "REACHABLE", "STALE", "DELAY", "PROBE"))
_UNHEARD: Final = frozenset(("FAILED", "INCOMPLETE"))
_LINK_SCOPE: Final = 253
_FIXED: Final = frozenset(("PERMANENT", "NOARP"))
# Kinds whose device has no link-layer addresses to ask for (IFF_NOARP, IFF_POINTOPOINT, IFF_LOOPBACK).
_ADDRESSLESS: Final = frozenset(
    ("ipip", "sit", "gre", "ip6tnl", "ip6gre", "wireguard", "tun", "vti", "vti6", "xfrm", "ipvlan", "vrf")
)
_NO_ARP_FLAGS: Final = frozenset(("NOARP", "LOOPBACK", "POINTOPOINT"))


class Answer(NamedTuple):
    """A next hop's address.

    Attributes:
        mac: the address; none on a device that has none.
        steps: how it was found.
        carry: what bridges learned when it was asked for.
        share: probability, where several answer.
        gaps: what is left open.
        end: nobody answers, on this one of several paths.
    """

    mac: Mac | None
    steps: tuple[Step, ...]
    carry: Carry
    share: Fraction = WHOLE
    gaps: tuple[Gap, ...] = ()
    end: Outcome | None = None


def resolve(walk: Walk, event: Leave, link: Entry[Link]) -> tuple[Answer, ...] | Outcome:
    """Return the address of the next hop, or the end if nobody has it."""
    netns = walk.cluster.netns(event.ns)
    if addressless(link.row):
        return (Answer(None, (), event.carry),)
    held = netns.neighbour(event.dev, event.via)
    heard = event.carry.neighbours.get((event.ns, event.dev, event.via))
    if heard is not None and (held is None or held.row.state not in _FIXED):
        step = Step(event.ns, event.dev, NeighbourFound(event.via, heard, heard=True))
        return (Answer(heard, (step,), event.carry),)
    if held is not None and held.row.mac is not None and held.row.state in {*_VALID, None}:
        return (Answer(held.row.mac, (_known(event, held),), event.carry),)
    return _ask(walk, event, link, held)


def addressless(row: Link) -> bool:
    """Say whether a device needs no address of the next hop."""
    flags = set((row.flags or "").split(","))
    return bool(flags & _NO_ARP_FLAGS) or (row.flags is None and row.kind in _ADDRESSLESS)


def _known(event: Leave, held: Entry[Neighbour]) -> Step:
    state = "not captured" if is_unseen(held.row.mac) else held.row.state or "known"
    return Step(event.ns, event.dev, NeighbourFound(event.via, held.row.mac or Mac(0), state), rows=(held,))


def question(link: Entry[Link], sender: Ip, target: Ip) -> Frame:
    """Return the frame that asks a segment for an address: broadcast, or to the solicited-node group (RFC 4861, section 7.2)."""
    mac = link.row.mac or Mac(0)
    to = BROADCAST if family_of(target) == V4 else Mac(0x3333_FF00_0000 | (target & 0xFFFFFF))
    return Frame(mac, to, NeighbourRequest(sender, target, mac))


def asker(walk: Walk, event: Leave) -> Ip:
    """Return the source address of the request (arp_announce; ndisc_solicit)."""
    netns = walk.cluster.netns(event.ns)
    packet = event.packet
    if packet.family == V6:
        own = [held.row for held in netns.addresses.get(event.dev, ()) if held.row.family == V6]
        if any(row.address == packet.src for row in own):
            return packet.src
        return next((row.address for row in own if row.scope == "link"), own[0].address if own else Ip(0))
    announce = netns.highest(event.dev, "arp_announce") or 0
    here = netns.owned.get(packet.src)
    if announce == 0 and here is not None:
        return packet.src
    own4 = [held.row for held in netns.addresses.get(event.dev, ()) if held.row.family == V4]
    if announce == 1 and here is not None:
        for row in own4:
            first = row.address & ~((1 << (32 - row.length)) - 1)
            if first <= event.via <= last_ip(V4, Ip(first), row.length) and first <= packet.src <= last_ip(
                V4, Ip(first), row.length
            ):
                return packet.src
    return select_source(netns, event.dev, event.via, _LINK_SCOPE) or Ip(V4_BASE)


def _ask(walk: Walk, event: Leave, link: Entry[Link], failed: Entry[Neighbour] | None) -> tuple[Answer, ...] | Outcome:
    frame = question(link, asker(walk, event), event.via)
    paths = tuple(
        path
        for seen in pass_question(walk, event.ns, frame, event.carry, out=event.dev)
        for path in ((Path(seen.passed.end, seen.passed.steps),) if isinstance(seen.passed.end, Outcome)
                     else walk.follow_all(Transmit(event.ns, event.dev, seen.frame, event.carry)))
    )  # fmt: skip
    answered: dict[Mac, Path] = {}
    shares: dict[Mac, Fraction] = {}
    for path in paths:
        got = path.end.frame
        if got is not None and (path.end.ns, path.end.dev) == (event.ns, event.dev) and got.src is not None:
            assert isinstance(got.content, NeighbourRequest)  # noqa: S101 - only answers to questions end so
            answered.setdefault(got.content.mac, path)
            shares[got.content.mac] = shares.get(got.content.mac, Fraction(0)) + path.share
    shown: tuple[Entry[Any], ...] = (failed,) if failed is not None else ()
    if not answered:
        return _unheard(walk, event, frame) or _nobody(event, paths, shown)
    found = tuple(_answer(walk, event, mac, path, len(answered)) for mac, path in answered.items())
    heard = min(WHOLE, sum(shares.values(), Fraction(0)))
    if heard == WHOLE:
        return found
    # The question itself, or its answer, may take a way by chance on which it is lost.
    lost = Answer(None, (), event.carry, WHOLE - heard, end=_nobody(event, paths, shown))
    return (*(answer._replace(share=answer.share * heard) for answer in found), lost)


def _answer(walk: Walk, event: Leave, mac: Mac, path: Path, several: int) -> Answer:
    who = next((step for step in path.steps if isinstance(step.facts, NeighbourAnswered)), None)
    facts = NeighbourFound(event.via, mac, answers=several)
    if who is not None:
        facts = facts._replace(by_dev=who.dev, by_place=_place(walk.cluster.netns(who.ns)))
    step = Step(event.ns, event.dev, facts, rows=who.rows if who is not None else ())
    # What the question taught others stays; what is known of the packet itself does, too.
    taught = path.end.carry
    carry = replace(event.carry, learned=taught.learned, neighbours=taught.neighbours)
    return Answer(mac, (step,), carry, Fraction(1, several), path.gaps)


def _place(netns: Namespace) -> str:
    return (
        tr("of {place} on {node}", place=netns.label.replace(":", " ", 1), node=netns.node)
        if netns.label
        else tr("of {node}", node=netns.node)
    )


def _unheard(walk: Walk, event: Leave, asked: Frame) -> Outcome | None:
    """Return an open end if the request has no source address only because those of the host were not captured.

    No proxy answers such a request (arp_process in net/ipv4/arp.c), but one does answer the host's real request.
    """
    assert isinstance(asked.content, NeighbourRequest)  # noqa: S101 - a question
    if asked.content.sender != V4_BASE or walk.cluster.netns(event.ns).seen(Address, V4):
        return None
    missing = tr("the addresses of {dev}, from one of which the request for {via} comes", dev=event.dev, via=ip_text(event.via))
    return unknown(event.ns, walk.cluster, missing, f"ip address show dev {quote(event.dev)}", event.dev)


def _nobody(event: Leave, paths: tuple[Path, ...], shown: tuple[Entry[Any], ...]) -> Outcome:
    """Return the end of a packet whose next hop does not answer."""
    open_ends = [path for path in paths if path.end.verdict is Verdict.UNKNOWN]
    # The kernel has asked itself, and heard nobody: neither the captured hosts nor any other (NUD_FAILED, NUD_INCOMPLETE).
    if open_ends and not any(isinstance(held.row, Neighbour) and held.row.state in _UNHEARD for held in shown):
        return open_ends[0].end
    reason = tr("nobody answers for {via} on {dev}", via=ip_text(event.via), dev=event.dev)
    return quiet(
        Outcome(
            Verdict.UNREACHABLE,
            reason,
            event.ns,
            event.dev,
            error="EHOSTUNREACH",
            cause=Unanswered(event, paths, shown),
            packet=event.packet,
            carry=event.carry,
        )
    )
