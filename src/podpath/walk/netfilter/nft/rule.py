"""A rule of nftables: its statements, one after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from podpath.language import tr
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.interface import Doubt, HookVerdict, RuleHit
from podpath.walk.netfilter.nft.expressions import Asking
from podpath.walk.netfilter.nft.going import Going
from podpath.walk.netfilter.nft.sets import Elements
from podpath.walk.netfilter.nft.statements import run
from podpath.walk.netfilter.nft.types import Json
from podpath.walk.netfilter.path import united
from podpath.walk.netfilter.sight import Sight


@dataclass(frozen=True, slots=True)
class NftRule:
    """A rule.

    Attributes:
        statements: its statements, as ``nft -j`` prints them.
        sets: sets and maps of its table.
        layer: family of its table.
        place: the evidence of it, without what it said.
    """

    statements: list[Json]
    sets: Mapping[str, Elements]
    layer: str
    place: RuleHit

    def turns(self, sight: Sight, fresh: Callable[[], int]) -> list[Turn]:
        """Return what it can make of a packet."""
        going = [Going(sight.packet, sight.track)]
        turns: list[Turn] = []
        for statement in self.statements:
            ahead: list[Going] = []
            for one in going:
                asking = Asking(replace(sight, packet=one.packet, track=one.track), self.sets, fresh, self.layer)
                for done in self._run(statement, one, asking):
                    if isinstance(done, Going):
                        ahead.append(done)
                    else:
                        turns.append(self._named(_kept(done, one, sight)))
            going = [replace(one, coins=coins) for coins, one in united((one.coins, replace(one, coins=())) for one in ahead)]
        through = [
            Turn(Way(one.packet, one.track, proxied=one.proxied, said=one.said), one.coins, notes=one.notes) for one in going
        ]
        every = turns + [self._named(turn) for turn in through]
        return [turn._replace(coins=coins) for coins, turn in united((turn.coins, turn._replace(coins=())) for turn in every)]

    def _run(self, statement: Json, going: Going, asking: Asking) -> list[Going | Turn]:
        """Run a statement; one that cannot be read is unknown."""
        try:
            return run(statement, going, asking)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, StopIteration, RecursionError) as error:
            doubt = Doubt(
                tr("what {statement} means ({error})", statement=next(iter(statement), "a statement"), error=error),
                "nft -j list ruleset",
            )
            return [Turn(Way(going.packet, going.track, HookVerdict.UNKNOWN, doubt=doubt), going.coins)]

    def _named(self, turn: Turn) -> Turn:
        """Return a turn whose doubts name the rule."""
        coins = tuple(
            (coin if coin.doubt is None else coin._replace(doubt=self._doubt(coin.doubt)), sides) for coin, sides in turn.coins
        )
        way = turn.way
        if way is not None and way.doubt is not None:
            way = replace(way, doubt=self._doubt(way.doubt))
        return turn._replace(coins=coins, way=way)

    def _doubt(self, doubt: Doubt) -> Doubt:
        named = (self.place.chain, self.place.number)
        if doubt.named == named:
            return doubt
        where = tr("rule {number} of {chain}", number=self.place.number, chain=self.place.chain)
        return Doubt(
            tr(
                "{reason}, and {where} in table {family} {table} depends on it",
                reason=doubt.reason,
                where=where,
                family=self.place.family,
                table=self.place.table,
            ),
            doubt.command,
            named=named,
        )

    def hit(self, said: str) -> RuleHit:
        """Return the evidence of it."""
        return self.place._replace(verdict=said)


def _kept(turn: Turn, going: Going, sight: Sight) -> Turn:
    """Return a turn that keeps what the rule wrote before it stopped matching: nothing is taken back (nft_do_chain)."""
    if turn.way is not None or (going.packet, going.track, going.proxied) == (sight.packet, sight.track, None):
        return turn
    way = Way(going.packet, going.track, proxied=going.proxied, said=going.said)
    return turn._replace(way=way, notes=going.notes)
