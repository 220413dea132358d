"""A packet during the statements of an nftables rule, and what a statement may do with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from podpath.state.address import Ip
from podpath.walk.netfilter.answer import Chance
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.connection import Track
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.nft.expressions import Asking
from podpath.walk.netfilter.nft.types import Json
from podpath.walk.netfilter.path import Coin, Given
from podpath.walk.packet import Packet


@dataclass(frozen=True, slots=True)
class Going:
    """A packet on its way through the statements of a rule.

    Attributes:
        packet: the packet.
        track: what connection tracking says of it.
        coins: what this rests on.
        notes: what should be said of it.
        said: what was done last.
        proxied: socket that it is handed to.
    """

    packet: Packet
    track: Track | None
    coins: Given = ()
    notes: tuple[str, ...] = ()
    said: str = ""
    proxied: tuple[Ip, int | None] | None = None


Done = list[Going | Turn]
"""Packets that continue, and outcomes."""


def on(going: Going, coins: Given = (), **changes: Any) -> Going:  # noqa: ANN401 - fields of Going
    """Let the packet go on, changed or not."""
    return replace(going, coins=(*going.coins, *coins), **changes)


def out(going: Going, coins: Given = ()) -> Turn:
    """Return that the rule does not match."""
    return Turn(None, (*going.coins, *coins))


def end(going: Going, verdict: HookVerdict, coins: Given = (), **more: Any) -> Turn:  # noqa: ANN401 - fields of a way
    """Return that the rule decides."""
    way = Way(going.packet, going.track, verdict, proxied=going.proxied, **more)
    return Turn(way, (*going.coins, *coins), notes=going.notes)


def unknown(going: Going, reason: str, command: str = "", coins: Given = ()) -> Turn:
    """Return that it is not known what the rule does."""
    return end(going, HookVerdict.UNKNOWN, coins, doubt=Doubt(reason, command))


def fork(going: Going, doubt: Doubt, asking: Asking, about: Json, coins: Given = ()) -> Done:
    """Follow both paths."""
    key = (repr(about), asking.layer, going.packet, going.track)
    coin = Coin(asking.fresh(), key, (0.5, 0.5), doubt)
    return [on(going, (*coins, coin.held(0))), out(going, (*coins, coin.held(1)))]


def drawn(going: Going, chance: Chance, asking: Asking, coins: Given = ()) -> Done:
    """Follow both paths, each with its share of what the kernel draws."""
    serial = asking.fresh()
    coin = Coin(serial, serial, (chance.share, 1 - chance.share))
    return [on(going, (*coins, coin.held(0))), out(going, (*coins, coin.held(1)))]


Do = Callable[[Json, Going, Asking], Done]
"""A function that runs a statement."""
