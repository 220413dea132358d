"""Paths of a packet through rules, separate for each assumption; those with the same end are joined.

An assumption is a coin: one of several things holds, at random or because it is not known. Paths that differ in one
coin only, and hold all of its sides between them, do not depend on it.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, NamedTuple, TypeVar

from podpath.state.address import Ip
from podpath.walk.netfilter.connection import Track
from podpath.walk.netfilter.interface import Doubt, HookVerdict, RuleHit
from podpath.walk.packet import Packet


class Coin(NamedTuple):
    """Something with several sides of which one holds.

    Attributes:
        serial: place in the order of coins; a later one is taken away first.
        key: what it is about; the same question is answered alike.
        shares: share of packets of each side; for a doubt they only split the whole.
        doubt: what is not known, or None if the kernel chooses at random.
    """

    serial: int
    key: Hashable
    shares: tuple[float, ...]
    doubt: Doubt | None = None

    def held(self, side: int) -> "tuple[Coin, Sides]":
        """Return that one side of it holds."""
        return self, frozenset((side,))


Sides = frozenset[int]
Given = tuple[tuple[Coin, Sides], ...]
"""Random choices, each with the outcomes that are possible."""
T = TypeVar("T", bound=Hashable)


def united(found: Iterable[tuple[Given, T]]) -> list[tuple[Given, T]]:
    """Join alternatives with the same result that differ only in the sides of their last coin.

    A number that is drawn out of a thousand, and compared with another one, makes two classes.
    """
    groups: dict[tuple[T, Given, Coin | None], Sides] = {}
    for given, what in found:
        last, sides = given[-1] if given else (None, frozenset())
        key = (what, given[:-1], last)
        groups[key] = groups.get(key, frozenset()) | sides
    return [((*first, (last, sides)) if last is not None else (), what) for (what, first, last), sides in groups.items()]


@dataclass(frozen=True, slots=True)
class HookPath:
    """One path so far.

    Attributes:
        packet: the packet.
        track: what connection tracking says of it.
        given: sides of coins that this path rests on, in their order.
        whole: share of packets that the coins split.
        hits: rules that matched.
        notes: what else should be said.
        verdict: how it ended, or None while it goes on.
        reject: the answer that is sent.
        proxied: socket that it is handed to.
        reroute: its route must be looked up again.
        reason: why the end is unknown.
    """

    packet: Packet
    track: Track | None
    given: Given = ()
    whole: float = 1.0
    hits: tuple[RuleHit, ...] = ()
    notes: tuple[str, ...] = ()
    verdict: HookVerdict | None = None
    reject: str | None = None
    proxied: tuple[Ip, int | None] | None = None
    reroute: bool = False
    reason: Doubt | None = None

    @property
    def result(self) -> tuple[object, ...]:
        """Return what makes two paths differ."""
        return (self.packet, self.track, self.verdict, self.reject, self.proxied, self.reroute, self.reason)

    @property
    def share(self) -> float:
        """Share of packets that take this path."""
        share = self.whole
        for coin, sides in self.given:
            share *= sum(coin.shares[side] for side in sides)
        return share

    def with_coins(self, coins: Given) -> "HookPath | None":
        """Return the path with more assumptions, or None if they contradict those that it rests on."""
        given = self.given
        for coin, sides in coins:
            known = next((held for old, held in given if old.key == coin.key), None)
            if known is None:
                given = (*given, (coin, sides))
            elif not known & sides:
                return None
            elif known - sides:
                given = tuple((old, known & sides if old.key == coin.key else held) for old, held in given)
        return replace(self, given=given) if given is not self.given else self


def merged(paths: Iterable[HookPath]) -> list[HookPath]:
    """Join paths that differ only in coins that make no difference."""
    listed = list(paths)
    if len(listed) < _SEVERAL:
        return listed
    groups: dict[tuple[object, ...], list[HookPath]] = {}
    for path in listed:
        groups.setdefault(path.result, []).append(path)
    return [path for group in groups.values() for path in (_resolved(group) if len(group) > 1 else group)]


_SEVERAL: Final = 2


def _resolved(group: list[HookPath]) -> list[HookPath]:
    """Remove each coin all of whose sides are present, the latest first."""
    changed = True
    while changed and len(group) > 1:
        changed = False
        for coin in sorted({coin for path in group for coin, _ in path.given}, key=_serial, reverse=True):
            group, fewer = _without(group, coin)
            changed = changed or fewer
    return group


def _serial(coin: Coin) -> int:
    return coin.serial


def _without(group: list[HookPath], coin: Coin) -> tuple[list[HookPath], bool]:
    """Join the paths that differ only in one coin."""
    having: list[HookPath] = []
    rest: list[HookPath] = []
    for path in group:
        (having if any(held.key == coin.key for held, _ in path.given) else rest).append(path)
    buckets: dict[frozenset[tuple[Hashable, Sides]], list[HookPath]] = {}
    for path in having:
        others = frozenset((held.key, sides) for held, sides in path.given if held.key != coin.key)
        buckets.setdefault(others, []).append(path)
    fewer = False
    for bucket in buckets.values():
        sides = frozenset[int]().union(*(_sides(path, coin) for path in bucket))
        if len(sides) == len(coin.shares):
            fewer = True
            rest.append(_one_of(bucket, coin, None))
        elif len(coin.shares) > _SEVERAL and len(bucket) > 1:
            rest.append(_one_of(bucket, coin, sides))
        else:
            rest += [next(same) for _, same in groupby(bucket, key=lambda path: path.given)]
    return rest, fewer


def _sides(path: HookPath, coin: Coin) -> Sides:
    """Return the sides of a coin that a path rests on; of a doubt the last one is that the rule does not match."""
    return next(sides for held, sides in path.given if held.key == coin.key)


def _one_of(bucket: list[HookPath], coin: Coin, sides: Sides | None) -> HookPath:
    """Return the one that most packets take, with these sides of the coin, or without it.

    Only rules that all of them met stay.
    """
    likely = max(bucket, key=lambda path: (path.share, max(_sides(path, coin))))
    kept = likely.hits
    for path in bucket:
        others = set(path.hits)
        kept = tuple(hit for hit in kept if hit in others or hit.number == 0)
    joined = ((held, sides if held.key == coin.key else old) for held, old in likely.given)
    given = tuple((held, left) for held, left in joined if left is not None)
    return replace(likely, given=given, hits=kept or likely.hits)
