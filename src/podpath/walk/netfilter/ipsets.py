"""IP sets of a namespace, and who is in them (net/netfilter/ipset; ``ipset save``)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, Ip, last_ip, parse_ip, parse_mac, parse_prefix
from podpath.state.evidence import LEFT_OUT
from podpath.walk.netfilter.answer import Answer, Chance, within
from podpath.walk.netfilter.interface import Context, Doubt
from podpath.walk.netfilter.protocols import packet_protocol, port_number, protocol_number
from podpath.walk.packet import Drawn, Packet

_CREATE: Final = re.compile(r"^create (\S+) (\S+)(.*)$", re.MULTILINE)
_ADD: Final = re.compile(r"^add (\S+) (\S+)(.*)$", re.MULTILINE)
_LISTED: Final = re.compile(
    r"^Name: (\S+)\nType: (\S+)\n(?:Revision: .*\n)?Header: (.*)\n(?:[A-Z].*\n)*?Members:\n((?:.+\n?)*)", re.MULTILINE
)
_DEEPEST: Final = 8

Part = tuple[object, ...]
"""The value of one dimension of a member: ("net", first, last), ("port", proto, first, last), ("mac", mac), ("name", name)."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a set.

    Attributes:
        parts: one for each dimension.
        nomatch: it is an exception.
        width: addresses in it, for the most specific to win.
    """

    parts: tuple[Part, ...]
    nomatch: bool
    width: int


@dataclass(slots=True)
class IpSet:
    """A set.

    Attributes:
        name: its name.
        kind: type, as ``hash:ip,port``.
        options: what it was created with.
        lines: its members, as printed.
    """

    name: str
    kind: str
    options: str
    lines: list[str] = field(default_factory=list)
    _members: list[Member] | None = None
    _single: dict[Ip, list[Member]] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of its dimensions."""
        return tuple(self.kind.partition(":")[2].split(","))

    @property
    def family(self) -> int:
        """4 or 6."""
        return 6 if "inet6" in self.options else 4

    def near(self, address: Ip | None) -> Iterable[Member]:
        """Return the members that may hold an address: single ones by index, then all others."""
        if self._members is None:
            self._members = []
            for line in self.lines:
                member = _member(self, line)
                first = member.parts[0]
                if first[0] == "net" and first[1] == first[2]:
                    self._single.setdefault(Ip(int(str(first[1]))), []).append(member)
                else:
                    self._members.append(member)
        return [*(self._single.get(address, ()) if address is not None else ()), *self._members]


def _member(owner: IpSet, line: str) -> Member:
    """Read a member.

    Raises:
        ValueError: it is not one of this type.
    """
    word, _, options = line.partition(" ")
    parts: list[Part] = []
    width = 0
    for dimension, value in zip(owner.dimensions, word.split(","), strict=True):
        part = _part(dimension, value)
        parts.append(part)
        if part[0] == "net":
            width += int(str(part[2])) - int(str(part[1]))
    return Member(tuple(parts), "nomatch" in options.split(), width)


def _part(dimension: str, value: str) -> Part:
    """Read one dimension of a member.

    Raises:
        ValueError: it is not one.
    """
    if dimension in {"ip", "net"}:
        first, dash, last = value.partition("-")
        if dash:
            return ("net", parse_ip(first), parse_ip(last))
        family, start, length = parse_prefix(value)
        return ("net", start, last_ip(family, start, length))
    if dimension == "port":
        proto, colon, ports = value.partition(":")
        number = protocol_number(proto) if colon else -1
        first, dash, last = (ports if colon else value).partition("-")
        if "/" in first:  # an ICMP type and code
            kind, _, code = first.partition("/")
            return ("port", number, (int(kind) << 8) | int(code), (int(kind) << 8) | int(code))
        return ("port", number, port_number(first), port_number(last if dash else first))
    if dimension == "mac":
        return ("mac", parse_mac(value))
    if dimension == "mark":
        return ("mark", int(value, 0))
    return ("name", value)


@dataclass(frozen=True)
class IpSets:
    """All sets of a namespace.

    Attributes:
        texts: what ``ipset save`` or ``ipset list`` printed.
    """

    texts: tuple[str, ...] = ()

    @cached_property
    def sets(self) -> dict[str, IpSet]:
        """Return the sets by name."""
        found: dict[str, IpSet] = {}
        for text in self.texts:
            for match in _CREATE.finditer(text):
                found[match[1]] = IpSet(match[1], match[2], match[3])
            for match in _ADD.finditer(text):
                if match[1] in found:
                    found[match[1]].lines.append(match[2] + match[3])
            if _ADD.search(text) and (gap := next(filter(LEFT_OUT.match, text.splitlines()), None)) is not None:
                for declared in _CREATE.finditer(text):
                    found[declared[1]].lines.append(gap)  # a member of any of them
            for match in _LISTED.finditer(text + "\n"):
                members = [line for line in match[4].splitlines() if line.strip()]
                found[match[1]] = IpSet(match[1], match[2], match[3], members)
        return found

    def holds(self, name: str, sides: tuple[str, ...], packet: Packet, context: Context, *, nomatch: bool = False) -> Answer:
        """Say whether a packet is in a set.

        Args:
            name: name of the set.
            sides: src or dst for each dimension.
            packet: the packet.
            context: devices and MAC addresses.
            nomatch: an exception counts as found (``--return-nomatch``).
        """
        return self._holds(name, sides, packet, context, nomatch, _DEEPEST)

    def _holds(self, name: str, sides: tuple[str, ...], packet: Packet, context: Context, nomatch: bool, depth: int) -> Answer:  # noqa: FBT001
        found = self.sets.get(name)
        if found is None:
            return Doubt(tr("the members of the set {name} are not known", name=name), f"ipset save {quote(name)}")
        try:
            if found.kind == "list:set":
                return self._any(found, sides, packet, context, nomatch, depth)
            return _in_set(found, sides, packet, context, nomatch=nomatch)
        except ValueError as error:
            return Doubt(
                tr("a member of the set {name} cannot be read ({error})", name=name, error=error), f"ipset save {quote(name)}"
            )

    def _any(self, owner: IpSet, sides: tuple[str, ...], packet: Packet, context: Context, nomatch: bool, depth: int) -> Answer:  # noqa: FBT001
        doubt: Answer = False
        for line in owner.lines if depth else ():
            answer = self._holds(line.split()[0], sides, packet, context, nomatch, depth - 1)
            if answer is True:
                return True
            doubt = answer if answer is not False else doubt
        return doubt


def _in_set(found: IpSet, sides: tuple[str, ...], packet: Packet, context: Context, *, nomatch: bool) -> Answer:
    dimensions = found.dimensions
    if any(part in {"ip", "net"} for part in dimensions) and (found.family == V4) is not (packet.family == V4):
        return False
    if len(sides) < len(dimensions):  # the kernel wants a side for each; ipset itself refuses such a rule
        sides = (*sides, *("src",) * (len(dimensions) - len(sides)))
    first = packet.src if sides[0] == "src" else packet.dst
    doubt: Answer = False
    best: Member | None = None
    for member in found.near(first):
        answer = _fits(member, dimensions, sides, packet, context)
        if answer is True and (best is None or member.width < best.width):
            best = member
        elif isinstance(answer, Doubt):
            doubt = answer
    if best is not None and not isinstance(doubt, Doubt):
        return not best.nomatch or nomatch
    return doubt if best is None or best.nomatch else True


def _fits(member: Member, dimensions: tuple[str, ...], sides: tuple[str, ...], packet: Packet, context: Context) -> Answer:
    doubt: Answer = True
    for part, side in zip(member.parts, sides, strict=False):
        answer = _fits_part(part, side, packet, context)
        if answer is False:
            return False
        doubt = answer if answer is not True else doubt
    del dimensions
    return doubt


def _fits_part(part: Part, side: str, packet: Packet, context: Context) -> Answer:
    source = side == "src"
    if part[0] == "net":
        address = packet.src if source else packet.dst
        return bool(part[1] <= address <= part[2])  # type: ignore[operator]
    if part[0] == "port":
        return _fits_port(part, packet, source=source)
    if part[0] == "mac":
        mac = context.smac if source else context.dmac
        return Doubt(tr("the MAC of its frame is not known"), "") if mac is None else mac == part[1]
    if part[0] == "mark":
        return packet.mark == part[1]
    name = str(part[1])
    if name.startswith("physdev:"):
        return (context.physin if source else context.physout) == name[len("physdev:") :]
    return (context.iif if source else context.oif) == name


def _fits_port(part: Part, packet: Packet, *, source: bool) -> Answer:
    _, proto, first, last = part
    number = packet_protocol(packet.proto)
    if proto not in {-1, number}:
        return False
    if packet.icmp_type is not None:
        value: int | Drawn | None = (packet.icmp_type << 8) | (packet.icmp_code or 0)
    elif packet.proto in {"tcp", "udp", "sctp", "udplite"}:
        value = packet.sport if source else packet.dport
    else:
        value = 0
    if value is None:
        return Doubt(tr("one of its ports is not known"), "")
    found = within(value, first, last, tr("one of its ports"))  # type: ignore[arg-type]
    return Doubt(tr("which port the kernel chooses is not known"), "conntrack -L") if isinstance(found, Chance) else found
