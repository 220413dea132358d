"""One ruleset against the kernel: packets go in, and what podpath says of each is held against what became of it."""

import random
from collections.abc import Callable  # noqa: TC003 - dataclasses read it
from dataclasses import dataclass, field, replace
from typing import Final

from podpath.state.address import ip_text, parse_ip
from podpath.walk.netfilter import Connections, Listing, Owner, PacketType, RuleHit, Ruleset
from podpath.walk.netfilter.connection import Tuple
from podpath.walk.packet import Drawn, Packet
from tests.walk.netfilter.proof.router import SENTINEL, Router, Seen
from tests.walk.netfilter.proof.rules import Packets, Sent
from tests.walk.netfilter.proof.simulate import End, Walk

Place = tuple[str, str, int]
"""Table, chain and handle of a rule."""
_KINDS: Final = {"unicast": PacketType.HOST, "broadcast": PacketType.BROADCAST}
_ANSWERS: Final = {8: 0, 13: 14, 15: 16, 128: 129}


@dataclass(slots=True)
class Tally:
    """What came of a comparison.

    Attributes:
        pairs: packets that were compared.
        unknown: packets of which podpath does not know what becomes.
        traced: packets whose rules were compared, too.
        wrong: disagreements, in words.
    """

    pairs: int = 0
    unknown: int = 0
    traced: int = 0
    wrong: list[str] = field(default_factory=list)


def sentinel(router: Router, family: int, number: int = SENTINEL) -> None:
    """Send the packet that says that all before it are done."""
    ends = ("10.1.0.77", "10.2.0.77") if family == 4 else ("fd00:1::77", "fd00:2::77")
    router.send("a", Packet(parse_ip(ends[0]), parse_ip(ends[1]), "esp", length=60), number)


class Comparison:
    """Packets through one ruleset."""

    def __init__(self, router: Router, texts: list[Listing], family: int, seed: random.Random) -> None:
        self.router, self.family, self.seed = router, family, seed
        self.rules = Ruleset.of(texts)
        self.connections = Connections()
        self.packets = Packets(seed, family)
        self.number = 1
        self.tally = Tally()
        # Where a packet has several ways, other rules may be met that end alike.
        self.chancy = any(word in text.text for text in texts for word in ("--mode random", "numgen", "jhash"))
        self.counts: dict[tuple[str, str], int] | None = None
        self.numbers: Callable[[RuleHit], Place | None] | None = None

    def wave(self, sent: list[Sent]) -> list[tuple[Sent, Seen]]:
        """Send packets, compare each, and return what became of them."""
        numbers = list(range(self.number, self.number + len(sent)))
        self.number += len(sent)
        for number, one in zip(numbers, sent, strict=True):
            self.router.send(one.end, one.packet, number, one.kind)
        sentinel(self.router, self.family)
        seen = self.router.results(numbers)
        done = [(one, seen[number]) for number, one in zip(numbers, sent, strict=True)]
        for one, what in done:
            self._compare(one, what)
        return done

    def run(self, count: int) -> Tally:
        """Compare some packets: first ones, their answers, and later ones of the same connections."""
        first = self.wave([self.packets.one() for _ in range(count)])
        answers = [answer for _, what in first if (answer := self._answer(what)) is not None]
        if answers:
            back = self.wave(answers)
            # The router itself resets an answer that it never asked for: what it sends later is another story.
            again = [_later(one) for one, what in first if _goes_on(one, what)]
            self.wave(again[: len(back)])
        return self.tally

    def _answer(self, what: Seen) -> Sent | None:
        """Return an answer to a packet that left the router, or an ICMP error about it."""
        if not what.ends or what.ends[-1][0] != "p" or self.seed.random() < 0.4:
            return None
        left = what.ends[-1][1]
        near = ip_text(left.dst).startswith(("10.1.", "fd00:1:"))
        back = Sent(
            "a" if near else "b",
            replace(left, src=left.dst, dst=left.src, sport=left.dport, dport=left.sport, ttl=64, tos=0, mark=0),
        )
        if self.seed.random() < 0.25 and left.proto in {"tcp", "udp"}:
            icmp = ("icmp", 3, 3) if self.family == 4 else ("icmpv6", 1, 4)
            error = Packet(
                left.dst,
                left.src,
                icmp[0],
                None,
                None,
                icmp[1],
                icmp[2],
                length=left.length + (28 if self.family == 4 else 48),
                about=left,
            )
            return replace(back, packet=error)
        if left.proto in {"icmp", "icmpv6"}:
            kind = _ANSWERS.get(left.icmp_type or 0)
            return (
                None if kind is None else replace(back, packet=replace(back.packet, icmp_type=kind, sport=left.sport, dport=None))
            )
        if left.proto == "tcp":
            return replace(back, packet=replace(back.packet, flags=frozenset(("SYN", "ACK"))))
        return back

    def _compare(self, one: Sent, what: Seen) -> None:
        walk = Walk(self.rules, _KINDS[one.kind], Owner(0, 0) if one.end == "r" else None)
        if one.end == "r":
            ends = walk.send(one.packet, self.connections)
        else:
            ends = walk.arrive(replace(one.packet, mark=0), f"r{one.end}", self.connections)
        self.tally.pairs += 1
        share = sum(end.share for end in ends)
        fitting = [end for end in ends if _fits(end, what)]
        if abs(share - 1) > 1e-6:
            self.tally.wrong.append(f"the shares of {one} sum to {share}")
        if not fitting:
            self.tally.wrong.append(_words(one, what, ends))
            return
        # Where chance has ways that end alike, the rules tell which way it was, and so what stays of it in the connection.
        end = next((end for end in fitting if self._met(end) == self._traced(what)), fitting[0])
        self.connections = end.connections
        if what.ends and end.packet is not None and isinstance(end.packet.sport, Drawn | None):
            self.connections = _learnt(self.connections, end.packet, what.ends[-1][1])
        if any(end.doubts for end in ends):
            self.tally.unknown += 1
        elif self.numbers is not None and len(fitting) == 1 and one.packet.about is None:
            self._compare_rules(one, what, end)

    def _met(self, end: End) -> list[Place]:
        """Return the rules that matched, as podpath says."""
        return [place for hit in end.hits if self.numbers is not None and (place := self.numbers(hit)) is not None]

    def _traced(self, what: Seen) -> list[Place]:
        """Return the rules that matched, as the kernel traced them."""
        if self.counts is not None:
            return [place for place in what.logged if place[2] <= self.counts.get(place[:2], 0)]
        return [(table, chain, handle) for table, chain, handle, _, _ in what.rules if table != "nfprobe" and handle]

    def _compare_rules(self, one: Sent, what: Seen, end: End) -> None:
        """Hold the rules that matched against those that the kernel traced."""
        mine, theirs = self._met(end), self._traced(what)
        self.tally.traced += 1
        # A drawn port is not known when the packet comes back over lo: rules that ask for it and end alike are met by chance.
        drawn = any("random" in hit.text and hit.gives == "source" for hit in end.hits)
        alike = _among(mine, theirs) if drawn else _but_for_repeats(mine, theirs)
        if not alike and not self.chancy:
            self.tally.wrong.append(f"podpath met {mine}, the kernel {theirs}\n" + _words(one, what, [end]))


def _learnt(connections: Connections, mine: Packet, real: Packet) -> Connections:
    """Write a port that was drawn by chance into the connection, as it turned out."""
    key = Tuple.of(mine).inverse
    found = next((held for held in connections if held.reply == key), None)
    if found is None:
        return connections
    reply = found.reply._replace(sport=real.sport) if real.icmp_type is not None else found.reply._replace(dport=real.sport)
    return connections.confirmed(replace(found, reply=reply))


def _among(some: list[Place], all_: list[Place]) -> bool:
    """Say whether rules were met in this order, perhaps with others between."""
    left = iter(all_)
    return all(one in left for one in some)


def _but_for_repeats(mine: list[Place], theirs: list[Place]) -> bool:
    """Say whether the same rules were met in the same order; podpath does not list again what a chain does a third time."""
    at = 0
    for place in theirs:
        if at < len(mine) and mine[at] == place:
            at += 1
        elif place not in mine[:at]:
            return False
    return at == len(mine)


def _goes_on(one: Sent, what: Seen) -> bool:
    """Say whether more of a connection can be sent."""
    left = bool(what.ends) and what.ends[-1][0] == "p"
    return left and one.end != "r" and one.packet.proto in {"tcp", "udp"}


def _later(one: Sent) -> Sent:
    if one.packet.proto != "tcp":
        return one
    return replace(one, packet=replace(one.packet, flags=frozenset(("ACK",))))


def _fits(end: End, what: Seen) -> bool:
    """Say whether what podpath says is what happened."""
    if end.where in {"p", "i"}:
        return (
            bool(what.ends) and what.ends[-1][0] == end.where and end.packet is not None and _same(end.packet, what.ends[-1][1])
        )
    if what.ends and what.ends[-1][0] in {"p", "i"} and end.where != "unknown":
        return False
    if end.where == "answer":
        return bool(what.answers) and end.packet is not None and _same_answer(end.packet, what.answers[0])
    return end.where == "unknown" or not what.answers


def _same(mine: Packet, real: Packet) -> bool:
    for name in ("src", "dst", "proto", "mark", "tos", "ttl", "length", "icmp_type", "icmp_code"):
        if getattr(mine, name) != getattr(real, name):
            return False
    if mine.about is not None:
        return real.about is not None and _same_ends(mine.about, real.about)
    return _same_ends(mine, real)


def _same_ends(mine: Packet, real: Packet) -> bool:
    if (mine.src, mine.dst) != (real.src, real.dst):
        return False
    return _same_port(mine.sport, real.sport) and _same_port(mine.dport, real.dport)


def _same_port(mine: int | Drawn | None, real: int | Drawn | None) -> bool:
    """Say whether a port is the one, or may be drawn as it."""
    if isinstance(mine, Drawn) and isinstance(real, int):
        return mine.first <= real <= mine.last
    return mine in {None, real}


def _same_answer(mine: Packet, real: Packet) -> bool:
    if (mine.proto, mine.dst, mine.icmp_type, mine.icmp_code) != (real.proto, real.dst, real.icmp_type, real.icmp_code):
        return False
    if mine.flags != real.flags:
        return False
    if mine.about is not None:
        return real.about is not None and _same_ends(mine.about, real.about)
    return _same_ends(mine, real)


def _words(one: Sent, what: Seen, ends: list[End]) -> str:
    lines = [f"sent from {one.end}: {show(one.packet)}"]
    lines += [f"  kernel {where}: {show(packet)}" for where, packet in what.ends]
    lines += [f"  kernel answered: {show(packet)}" for packet in what.answers]
    lines += ["  kernel: nothing"] if not what.ends and not what.answers else []
    for end in ends:
        lines.append(f"  podpath {end.share:.2f} {end.where}: {show(end.packet) if end.packet else ''} {end.doubts[:1]}")
        lines += [f"      {hit.table} {hit.chain} {hit.number} {hit.text} => {hit.verdict}" for hit in end.hits]
    lines += [f"  traced {rule}" for rule in what.rules if rule[0] != "nfprobe"]
    return "\n".join(lines)


def show(packet: Packet) -> str:
    """Write a packet in one line."""
    about = f" about [{show(packet.about)}]" if packet.about is not None else ""
    return (
        f"{packet.proto} {ip_text(packet.src)}:{packet.sport} > {ip_text(packet.dst)}:{packet.dport} "
        f"{','.join(sorted(packet.flags))} type {packet.icmp_type}/{packet.icmp_code} mark {packet.mark:#x} tos {packet.tos:#x} "
        f"ttl {packet.ttl} len {packet.length}{about}"
    )
