"""A rule of iptables or ip6tables: read from a saved line or one that a person types, asked, and printed as it is saved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, Chance, every
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.interface import Doubt, RuleHit
from podpath.walk.netfilter.path import Coin
from podpath.walk.netfilter.path import Given as Rests
from podpath.walk.netfilter.protocols import packet_protocol, protocol_name, protocol_number
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match, Standing, Target
from podpath.walk.netfilter.xtables.kinds import device_matches, in_net, read_net, show_net
from podpath.walk.netfilter.xtables.listing import HIDDEN
from podpath.walk.netfilter.xtables.options import Asked, Given, show, spelled
from podpath.walk.netfilter.xtables.registry import matches, targets
from podpath.walk.netfilter.xtables.words import quote, split

_HEADER: Final = {
    "-s": "-s", "--source": "-s", "--src": "-s", "-d": "-d", "--destination": "-d", "--dst": "-d", "-i": "-i",
    "--in-interface": "-i", "-o": "-o", "--out-interface": "-o", "-p": "-p", "--protocol": "-p",
}  # fmt: skip
_FRAGMENT: Final = frozenset(("-f", "--fragment"))
_OF_PROTOCOL: Final = {
    "tcp": "tcp", "udp": "udp", "udplite": "udp", "sctp": "sctp", "dccp": "dccp", "icmp": "icmp",
    "ipv6-icmp": "icmp6", "ah": "ah", "esp": "esp", "ipcomp": "ipcomp", "mobility-header": "mh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Used:
    """A match or a target of a rule.

    Attributes:
        name: its name.
        extension: what it is, or None for one that podpath does not know.
        asked: its options.
        words: words that podpath cannot read.
    """

    name: str
    extension: Match | Target | None
    asked: Asked
    words: tuple[str, ...] = ()

    def text(self) -> str:
        """Write its options as they are saved."""
        shown = ""
        if self.extension is not None:
            write = self.extension.write
            shown = write(self.asked) if write is not None else show(self.extension.options, self.asked)
        return " ".join(filter(None, (shown, " ".join(word if word == "!" else quote(word) for word in self.words))))


@dataclass(frozen=True, slots=True)
class XtRule:
    """A rule.

    Attributes:
        chain: name of its chain.
        family: 4 or 6.
        header: ``-s``, ``-d``, ``-i``, ``-o``, ``-p`` and ``-f``, each with its value and whether it is negated.
        matches: its matches in order.
        target: its target, or None if it has none.
        goto: the target is a chain that takes this one's place.
        words: words that podpath cannot read.
        place: the evidence of it, without what it said.
    """

    chain: str
    family: int
    header: dict[str, Given]
    matches: tuple[Used, ...]
    target: Used | None
    goto: bool = False
    words: tuple[str, ...] = ()
    place: RuleHit | None = None

    def text(self) -> str:
        """Write it as iptables-save does."""
        parts = [f"-A {self.chain}"]
        for flag in ("-s", "-d", "-i", "-o", "-p", "-f"):
            given = self.header.get(flag)
            if given is not None:
                parts.append(f"{'! ' if given.negated else ''}{flag}{_header_text(flag, given)}")
        parts += [" ".join(filter(None, (f"-m {used.name}", used.text()))) for used in self.matches]
        if self.target is not None:
            parts.append(" ".join(filter(None, (f"{'-g' if self.goto else '-j'} {self.target.name}", self.target.text()))))
        return " ".join((*parts, *self.words))

    def question(self) -> str:
        """Write what it asks, without what it does."""
        return " | ".join((repr(sorted(self.header.items())), *(f"{used.name} {used.text()}" for used in self.matches)))

    def answer(self, sight: Sight) -> Answer:
        """Say whether a packet matches."""
        if not self._header_matches(sight):
            return False
        return every(*(_asking(used, sight) for used in self.matches), lambda: _unread(self.words))

    def _header_matches(self, sight: Sight) -> bool:
        packet, context = sight.packet, sight.context
        for flag, (value, negated) in self.header.items():
            if flag == "-s":
                found = in_net(packet.src, value)
            elif flag == "-d":
                found = in_net(packet.dst, value)
            elif flag == "-i":
                found = device_matches(context.iif, value)
            elif flag == "-o":
                found = device_matches(context.oif, value)
            elif flag == "-p":
                found = packet_protocol(packet.proto) == value
            else:
                found = False  # the walk sends no fragments
            if found is negated:
                return False
        return True

    def turns(self, sight: Sight, fresh: Callable[[], int]) -> list[Turn]:
        """Return what it can make of a packet."""
        answer = self.answer(sight)
        if answer is False:
            return [Turn(None)]
        notes = tuple(
            f"-m {used.name} {used.text()}: {used.extension.note}"
            for used in self.matches
            if used.extension is not None and used.extension.standing is Standing.ASSUMED
        )
        if answer is True:
            return self._done(sight, (), notes, fresh)
        serial = fresh()
        if isinstance(answer, Chance):
            coin = Coin(serial, serial, (answer.share, 1.0 - answer.share))
        else:
            coin = Coin(serial, (self.question(), sight.packet, sight.track), (0.5, 0.5), self._doubt(answer))
        return [*self._done(sight, (coin.held(0),), notes, fresh), Turn(None, (coin.held(1),))]

    def _doubt(self, doubt: Doubt) -> Doubt:
        """Return a doubt that names the rule."""
        where = (
            tr("rule {number} of {chain}", number=self.place.number, chain=self.chain)
            if self.place is not None
            else tr("a rule of {chain}", chain=self.chain)
        )
        return Doubt(
            tr("{reason}, and {where} depends on it: {text}", reason=doubt.reason, where=where, text=self.text()), doubt.command
        )

    def _done(self, sight: Sight, coins: Rests, notes: tuple[str, ...], fresh: Callable[[], int]) -> list[Turn]:
        del fresh
        target = self.target
        stay = Way(sight.packet, sight.track)
        if target is None:
            return [Turn(stay, coins, notes=notes)]
        if target.name == "RETURN":
            return [Turn(stay, coins, back=True, notes=notes)]
        if target.extension is None or not isinstance(target.extension, Target):
            return [Turn(stay, coins, jump=target.name, goto=self.goto, notes=notes)]
        ways = target.extension.apply(target.asked, sight)
        told = [way if way.doubt is None else replace(way, doubt=self._doubt(way.doubt)) for way in ways]
        return [Turn(way, coins, notes=notes) for way in told]

    def hit(self, said: str) -> RuleHit:
        """Return the evidence of it."""
        place = self.place
        if place is None:
            return RuleHit("", "", "", self.chain, 0, self.text(), None, said, 0, 0, "")
        return place._replace(verdict=said)


def _header_text(flag: str, given: Given) -> str:
    if flag == "-f":
        return ""
    if flag == "-p":
        return f" {protocol_name(given.value)}"
    return f" {show_net(given.value) if flag in {'-s', '-d'} else given.value}"


def _asking(used: Used, sight: Sight) -> Callable[[], Answer]:
    extension = used.extension
    if not isinstance(extension, Match):
        command = "iptables-save -c" if used.name == HIDDEN else ""
        return lambda: Doubt(tr("whether the match {name} matches is not known", name=used.name), command)
    if used.words:
        return lambda: Doubt(
            tr("what {words} of the match {name} means is not known", words=" ".join(used.words), name=used.name), ""
        )
    return lambda: extension.answer(used.asked, sight)


def _unread(words: tuple[str, ...]) -> Answer:
    return Doubt(tr("what {words} means is not known", words=" ".join(words)), "") if words else True


@dataclass(slots=True)
class _Reading:
    """An extension while its options are read."""

    name: str
    extension: Match | Target | None
    given: dict[str, Given] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    element: int = 0

    def take(self, flag: str, rest: list[str], *, negated: bool) -> bool:
        """Take an option and its words off the front; say whether it is one of this extension."""
        option = spelled(self.extension.options).get(flag) if self.extension is not None else None
        if option is None:
            return False
        if option.kind.optional and (not rest or rest[0].startswith("-") or rest[0] == "!"):
            self.given[option.flag] = Given(None, negated)
            return True
        given = rest[: option.kind.words]
        try:
            value = option.kind.read(*given)
        except (ValueError, TypeError, KeyError, IndexError):
            if given and given[0].startswith("-"):  # the value was lost, and the next option is no value
                given = []
            self.words += [*(["!"] if negated else []), flag, *given]
        else:
            # A policy has elements, each after a --next; all others say an option once.
            key = option.flag if not self.element else f"{option.flag}\0{self.element}"
            self.given[key] = Given(value, negated)
            self.element += option.flag == "--next"
        del rest[: len(given)]
        return True

    def used(self, family: int) -> Used:
        """Return it with all that iptables would add."""
        complete = self.extension.complete if self.extension is not None else None
        given = complete(dict(self.given), family) if complete is not None else self.given
        return Used(self.name, self.extension, Asked(given, family), tuple(self.words))


class _Parser:
    """Reads the words of one rule."""

    def __init__(self, family: int) -> None:
        self.family = family
        self.header: dict[str, Given] = {}
        self.matches: list[_Reading] = []
        self.target: _Reading | None = None
        self.goto = False
        self.words: list[str] = []
        self.chain = ""

    def read(self, words: list[str]) -> None:
        """Take all words."""
        rest = list(words)
        while rest:
            word = rest.pop(0)
            negated = word == "!"
            if negated:
                if not rest:
                    self.words.append(word)
                    break
                word = rest.pop(0)
            self._option(word, rest, negated=negated)

    def _option(self, word: str, rest: list[str], *, negated: bool) -> None:
        if "=" in word and word.startswith("--"):
            word, _, value = word.partition("=")
            rest.insert(0, value)
        if word in {"-A", "--append", "-I", "--insert"} and rest and not self.chain:
            self.chain = rest.pop(0)
            if word in {"-I", "--insert"} and rest and rest[0].isdigit():
                rest.pop(0)
        elif word in _HEADER and rest:
            self._header(_HEADER[word], rest, negated=negated)
        elif word in _FRAGMENT and self.family == 4:  # noqa: PLR2004 - address family
            self.header["-f"] = Given(value=True, negated=negated)
        elif word in {"-m", "--match"} and rest:
            name = rest.pop(0)
            self.matches.append(_Reading(name, matches().get((name, self.family))))
        elif word in {"-j", "--jump", "-g", "--goto"} and rest:
            self.goto = word in {"-g", "--goto"}
            name = rest.pop(0)
            self.target = _Reading(name, None if self.goto else targets().get((name, self.family)))
        elif word in {"-c", "--set-counters"} and rest[1:2]:
            del rest[:2]
        elif not self._extension(word, rest, negated=negated):
            self._strange(word, rest, negated=negated)

    def _header(self, flag: str, rest: list[str], *, negated: bool) -> None:
        if rest[0] == "!":  # the old place of it
            negated = True
            del rest[0]
        value = rest.pop(0)
        try:
            if flag in {"-s", "-d"}:
                net = read_net(value)
                if net[1] or negated:
                    self.header[flag] = Given(net, negated)
            elif flag == "-p":
                number = 0 if value == "all" else protocol_number(value)
                if number or negated:
                    self.header[flag] = Given(number, negated)
            elif value != "+" or negated:
                self.header[flag] = Given(value, negated)
        except ValueError:
            self.words += [*(["!"] if negated else []), flag, value]

    def _extension(self, word: str, rest: list[str], *, negated: bool) -> bool:
        """Give an option to the extension that was named last and knows it, else to the protocol's own."""
        candidates = [*([self.target] if self.target is not None else []), *reversed(self.matches)]
        for candidate in candidates:
            if candidate.take(word, rest, negated=negated):
                return True
        proto = self.header.get("-p")
        name = _OF_PROTOCOL.get(protocol_name(proto.value)) if proto is not None and not proto.negated else None
        if name is None or any(reading.name == name for reading in self.matches):
            return False
        implied = _Reading(name, matches().get((name, self.family)))
        if not implied.take(word, rest, negated=negated):
            return False
        self.matches.append(implied)
        return True

    def _strange(self, word: str, rest: list[str], *, negated: bool) -> None:
        """Keep what is not known: with the extension before it, else with the rule."""
        holder = self.target or (self.matches[-1] if self.matches else None)
        kept = holder.words if holder is not None else self.words
        kept += [*(["!"] if negated else []), word]
        while rest and not rest[0].startswith("-") and rest[0] != "!":
            kept.append(rest.pop(0))


def parse(line: str, family: int, place: RuleHit | None = None) -> XtRule:
    """Read a rule.

    Args:
        line: a line of iptables-save, or what stands after ``iptables`` on a command line.
        family: 4 or 6.
        place: where it stands.
    """
    body = line.partition("] ")[2] if line.startswith("[") else line
    parser = _Parser(family)
    parser.read(split(body))
    target = parser.target.used(family) if parser.target is not None else None
    used = tuple(reading.used(family) for reading in parser.matches)
    return XtRule(parser.chain, family, parser.header, used, target, parser.goto, tuple(parser.words), place)
