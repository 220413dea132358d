"""What the languages of ebtables and arptables are made of: words that ask, and targets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import Mac
from podpath.walk.netfilter.answer import Answer, negate
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.interface import Doubt, Hook, HookVerdict
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing

Given = Mapping[str, str]
"""Options of a target, by the first of their spellings."""
_ALL: Final = (1 << 48) - 1
_BYTE: Final = 8
_BYTES: Final = 6


class Word(NamedTuple):
    """A word that a rule can hold, with its value.

    Attributes:
        spellings: how it is written; the first one is the one that is printed.
        takes: how many words follow it.
        read: returns the value of the word.
        ask: what it says of a frame, or None for a word that asks nothing.
        standing: how far it is understood.
        note: what is assumed, or not known.
    """

    spellings: tuple[str, ...]
    takes: int = 1
    read: Callable[[str], Any] = str
    ask: Callable[[Any, Sight], Answer] | None = None
    standing: Standing = Standing.EVALUATED
    note: str = ""

    def answer(self, value: Any, sight: Sight, *, negated: bool) -> Answer:  # noqa: ANN401 - each word has its own type
        """Say what it says of a frame."""
        if self.ask is None:
            return True
        found = self.ask(value, sight)
        return negate(found) if negated else found


class Aim(NamedTuple):
    """A target.

    Attributes:
        apply: how a frame goes on, given the target's options.
        options: spellings of its options; each takes one word.
        standing: how far it is understood.
        note: what is not known.
    """

    apply: Callable[[Given, Sight], Way]
    options: tuple[tuple[str, ...], ...] = ()
    standing: Standing = Standing.EVALUATED
    note: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """The language of one program.

    Attributes:
        program: ebtables or arptables.
        family: bridge or arp.
        words: words that rules can hold, by each of their spellings.
        targets: targets by name.
        tables: hooks of each table and their priorities, by the name of the chain.
        families: families of packets that it sees.
    """

    program: str
    family: str
    words: Mapping[str, Word]
    targets: Mapping[str, Aim]
    tables: Mapping[str, Mapping[str, tuple[Hook, int]]]
    families: tuple[int, ...]


def by_spelling(*words: Word) -> dict[str, Word]:
    """Return words by each of their spellings."""
    return {spelling: word for word in words for spelling in word.spellings}


def unknown(what: str) -> Callable[[Any, Sight], Answer]:
    """Return the answer of a word that depends on what no snapshot holds."""

    def ask(value: object, sight: Sight) -> Answer:
        del value, sight
        return Doubt(what, "")

    return ask


def on(given: Given, sight: Sight) -> Way:
    """Let a frame go on to the next rule."""
    del given
    return Way(sight.packet, sight.track)


def verdict(ruling: HookVerdict) -> Callable[[Given, Sight], Way]:
    """Return the target that decides."""
    return lambda _, sight: Way(sight.packet, sight.track, ruling)


def told(name: str, sight: Sight, *, otherwise: Callable[[Given, Sight], Way] | None = None) -> Way:
    """Return how a frame goes on by a verdict that an option names (``--mark-target DROP``).

    Args:
        name: the verdict.
        sight: the frame.
        otherwise: what CONTINUE does.
    """
    if name in {"ACCEPT", "DROP"}:
        return Way(sight.packet, sight.track, HookVerdict.ACCEPT if name == "ACCEPT" else HookVerdict.DROP)
    if name == "CONTINUE":
        return (otherwise or on)({}, sight)
    return baffled(tr("what a target that ends with {name} does", name=name), sight)


def baffled(what: str, sight: Sight) -> Way:
    """Return that it is not known how a frame continues."""
    return Way(sight.packet, sight.track, HookVerdict.UNKNOWN, doubt=Doubt(what, ""))


# -- addresses of links ----------------------------------------------------------------------------------

MacNet = tuple[int, int]
_NAMED: Final[dict[str, MacNet]] = {
    "unicast": (0, 1 << 40),
    "multicast": (1 << 40, 1 << 40),
    "broadcast": (_ALL, _ALL),
    "bga": (0x0180_C200_0000, _ALL),
}


def _bits(text: str) -> int:
    parts = text.split(":")
    if len(parts) != _BYTES:
        raise ValueError(tr('"{text}" is not a link-layer address', text=text))
    value = 0
    for part in parts:
        value = value << _BYTE | int(part, 16)
    return value


def mac_net(text: str) -> MacNet:
    """Return a link-layer address with its mask; the old programs leave zeros out (``0:c:29:1:2:3``).

    Raises:
        ValueError: it is none.
    """
    known = _NAMED.get(text.lower())
    if known is not None:
        return known
    address, slash, mask = text.partition("/")
    bits = _bits(mask) if slash else _ALL
    return _bits(address) & bits, bits


def mac_is(mac: Mac | None, net: MacNet) -> Answer:
    """Say whether a link-layer address is one of some."""
    return Doubt(tr("the MAC of its frame is not known"), "") if mac is None else mac & net[1] == net[0]


def device_is(name: str | None, pattern: str) -> bool:
    """Say whether a device is as a rule wants it; without a device nothing is (ebt_dev_check)."""
    if name is None:
        return False
    return name.startswith(pattern[:-1]) if pattern.endswith("+") else name == pattern


def arp_target(sight: Sight) -> Mac | None:
    """Return the target link-layer address of an ARP packet: zero in a request, the sender's in a reply."""
    return Mac(0) if sight.packet.icmp_type == 1 else sight.context.dmac
