"""All rules of one namespace: those of both back ends of iptables, of nftables, and their sets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from podpath.state.address import V4
from podpath.walk.netfilter.chain import Base
from podpath.walk.netfilter.interface import Doubt, Hook, Text
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.netfilter.nft import listing
from podpath.walk.netfilter.xtables import save

_XTABLES: Final = re.compile(r"ip6?tables\S*$")
_OTHERS: Final = re.compile(r"(arp|eb)tables\S*$")
_SAYS: Final = re.compile(r"^(?:\[\S+\] )?-[AI] |^:\S+ DROP|policy:? DROP", re.MULTILINE)
"""What a table of ebtables or arptables that decides nothing has not."""
_NETDEV: Final = re.compile(r"^table netdev ", re.MULTILINE)
_ON_DEVICES: Final = (Hook.INGRESS, Hook.EGRESS)
_TRACKS: Final = re.compile(
    r"-m (?:conntrack|state|connmark|connlimit|connbytes|connlabel|helper)|-j (?:CT|CONNMARK|CONNSECMARK|MASQUERADE|[SD]NAT)\b|"
    r'-j (?:REDIRECT|NETMAP)\b|^\*nat$|"ct"|"(?:masquerade|snat|dnat|redirect|synproxy)"|\bct \w|"type": "nat"|\btype nat hook',
    re.MULTILINE,
)


@dataclass(slots=True)
class _Read:
    """What was made of the texts, once somebody asked."""

    bases: list[Base] = field(default_factory=list)
    unread: list[tuple[Hook | None, Doubt]] = field(default_factory=list)
    tracks: bool = False
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    damaged: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What commands printed in a namespace.

    Attributes:
        texts: the output of each.
        sets: its IP sets.
    """

    texts: tuple[Text, ...] = ()
    sets: IpSets = field(default_factory=IpSets, compare=False)
    _read: list[_Read] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, texts: Iterable[Text]) -> Self:
        """Take the output of commands; nothing is read before a packet asks for it."""
        kept = tuple(text for text in texts if text.text.strip())
        sets = tuple(text.text for text in kept if _program(text) == "ipset")
        return cls(tuple(text for text in kept if _program(text) != "ipset"), IpSets(sets))

    @property
    def tracks(self) -> bool:
        """Some rule makes the namespace track connections (nf_ct_netns_get)."""
        return self._all().tracks

    def bases(self, hook: Hook, family: int, device: str | None = None) -> list[Base]:
        """Return the chains that a hook calls, in the order of the kernel (nf_hook_entries_grow).

        Args:
            hook: the hook.
            family: 4 or 6.
            device: device of an ingress or egress hook.
        """
        found = [base for base in self._all().bases if base.hook is hook and family in base.families]
        if hook in {Hook.INGRESS, Hook.EGRESS}:
            found = [base for base in found if device in base.devices]
        return sorted(found, key=lambda base: (base.priority, -base.serial))

    @property
    def damaged(self) -> list[Doubt]:
        """Return why a text is not what its program prints: then no rule of it may be believed, and none missed."""
        return self._all().damaged

    @property
    def frames(self) -> frozenset[Hook]:
        """The hooks of frames, not of packets, at which some chain looks, or something was not read."""
        read = self._all()
        seen = {base.hook for base in read.bases} | {hook for hook, _ in read.unread if hook is not None}
        return frozenset(hook for hook in seen if " " in hook or hook in {Hook.INGRESS, Hook.EGRESS})

    def unread(self, hook: Hook) -> list[Doubt]:
        """Return what could not be read and may matter at a hook."""
        return [doubt for where, doubt in self._all().unread if where in {None, hook}]

    def counts(self, family: int) -> dict[str, int]:
        """Return how many rules each back end of iptables has: ``legacy``, ``iptables-nft``; only those that say something.

        A back end says something by a rule, or by a policy that is not ACCEPT.
        """
        return {name: count for (name, of), count in self._all().counts.items() if of == family and count}

    def _all(self) -> _Read:
        if not self._read:
            self._read.append(_read_all(self.texts))
        return self._read[0]


def _program(text: Text) -> str:
    words = [word.rpartition("/")[2] for word in text.command.split()]
    if "nft" in words:
        return "nft"
    if "ipset" in words:
        return "ipset"
    if any(_XTABLES.match(word) for word in words):
        return "xtables"
    other = next((match[1] for word in words if (match := _OTHERS.match(word)) is not None), None)
    return f"{other}tables" if other is not None else "nft" if text.text.lstrip()[:1] in {"{", "t"} else "xtables"


def _read_all(texts: tuple[Text, ...]) -> _Read:
    found = _Read(tracks=any(_TRACKS.search(text.text) for text in texts))
    saved: set[tuple[int, str]] = set()
    only_nft: set[tuple[int, str]] = set()
    serial = 0
    devices = any(_program(text) == "nft" and _NETDEV.search(text.text) for text in texts)
    for text in texts:
        if _program(text) != "xtables":
            continue
        tables, incompatible, strange = save.read(text)
        if strange:
            doubt = Doubt(
                f'what the rules are: "{strange[:60]}" is not what {text.command.split()[0]} prints', "iptables-save -c"
            )
            found.damaged.append(doubt)
        elif any(not table.whole for table in tables):
            found.damaged.append(Doubt("what the rules are: their text is cut off", "iptables-save -c"))
        if not tables and "-L" in text.command:
            found.unread.append((None, Doubt("what rules a listing stands for", "iptables-save -c")))
        for table in tables:
            if table.back_end != "legacy":
                saved.add((table.family, table.name))
            serial += 1
            found.bases += table.bases()
            place = (table.back_end, table.family)
            found.counts[place] = found.counts.get(place, 0) + table.says
        only_nft |= {(tables[0].family if tables else V4, name) for name in incompatible}
    for text in texts:
        if _program(text) == "nft":
            bases, doubts = listing.read(text, saved - only_nft)
            if devices and text.text.lstrip().startswith("{"):
                # The form for people says on which device a chain looks, and that of a program may not.
                bases = [base for base in bases if base.hook not in _ON_DEVICES]
                doubts = [doubt for doubt in doubts if not _is_of_devices(doubt)]
            found.bases += bases
            found.unread += [(hook, doubt) for doubt in doubts if _is_of_devices(doubt) for hook in _ON_DEVICES]
            found.damaged += [doubt for doubt in doubts if not _is_of_devices(doubt)]
        elif _program(text) in {"arptables", "ebtables"}:
            found.unread += _foreign(_program(text)) if _SAYS.search(text.text) else []
    return found


def _is_of_devices(doubt: Doubt) -> bool:
    return doubt.reason.startswith("on which device")


def _foreign(program: str) -> list[tuple[Hook | None, Doubt]]:
    """Return that rules of ebtables and arptables are not read; where nft prints them, they are."""
    layer = "bridge" if program == "ebtables" else "arp"
    doubt = Doubt(f"what the rules of {program} say is not read", "nft -j list ruleset")
    return [(hook, doubt) for hook in Hook if hook.startswith(layer + " ")]
