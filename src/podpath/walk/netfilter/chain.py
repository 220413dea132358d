"""What the two languages have in common: tables of chains of rules, and what a rule makes of a packet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from podpath.state.address import Ip
from podpath.walk.netfilter.connection import Track
from podpath.walk.netfilter.interface import Doubt, Hook, HookVerdict, RuleHit
from podpath.walk.netfilter.path import Given
from podpath.walk.netfilter.sight import Sight
from podpath.walk.packet import Packet


@dataclass(frozen=True, slots=True)
class Way:
    """One path.

    Attributes:
        packet: the packet from here on.
        track: what connection tracking says of it from here on.
        verdict: how the hook's chain ends, or None if the next rule is asked.
        share: the share of a packet that takes this path.
        doubt: this path is taken only if something holds that is not known.
        reject: the answer that is sent.
        proxied: socket that it is handed to.
        said: what was done, in the words of the rule's program.
    """

    packet: Packet
    track: Track | None
    verdict: HookVerdict | None = None
    share: float = 1.0
    doubt: Doubt | None = None
    reject: str | None = None
    proxied: tuple[Ip, int | None] | None = None
    said: str = ""


class Turn(NamedTuple):
    """One thing that a rule can make of a packet.

    Attributes:
        way: how the packet goes on, or None if the rule does not match.
        coins: what this rests on.
        jump: chain to go on in.
        goto: the chain takes the place of this one.
        back: this chain is left.
        notes: what should be said of it.
    """

    way: Way | None
    coins: Given = ()
    jump: str | None = None
    goto: bool = False
    back: bool = False
    notes: tuple[str, ...] = ()


class Rule(Protocol):
    """A rule."""

    def turns(self, sight: Sight, fresh: Callable[[], int]) -> list[Turn]:
        """Return what it can make of a packet; `fresh` numbers coins."""

    def hit(self, said: str) -> RuleHit:
        """Return the evidence of it."""


class Chain(Protocol):
    """A chain."""

    @property
    def name(self) -> str:
        """Its name."""

    def rules(self, sight: Sight) -> Iterable[Rule]:
        """Return its rules in order, without those that an index tells cannot match."""

    def policy_hit(self, verdict: str) -> RuleHit:
        """Return the evidence of its policy."""


@dataclass(frozen=True, slots=True)
class Base:
    """A chain that a hook calls.

    Attributes:
        hook: the hook.
        priority: place in the order of the hook.
        kind: filter, nat or route.
        policy: accept or drop, or None if it is not known.
        chain: the chain.
        chains: chains that its rules may jump to.
        families: 4, 6 or both.
        devices: devices that it looks at (ingress, egress); empty for all.
        serial: order in which it was made; the kernel calls the later one first where priorities are equal.
        reroutes: a change in OUTPUT makes the route be looked up again.
    """

    hook: Hook
    priority: int
    kind: str
    policy: str | None
    chain: Chain
    chains: Mapping[str, Chain]
    families: tuple[int, ...]
    devices: tuple[str, ...] = ()
    serial: int = 0
    reroutes: bool = False
