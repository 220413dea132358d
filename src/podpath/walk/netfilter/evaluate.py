"""One hook: what the rules of a namespace do to a packet, in the order in which the kernel calls them (net/netfilter/core.c)."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, V6
from podpath.walk.netfilter import conntrack
from podpath.walk.netfilter.chain import Base, Chain, Turn, Way
from podpath.walk.netfilter.connection import Info
from podpath.walk.netfilter.interface import Context, Doubt, Hook, HookOutcome, HookVerdict, PacketType, RuleHit
from podpath.walk.netfilter.nat import MANIPULATES, Wanted, set_up, translated
from podpath.walk.netfilter.path import HookPath, merged
from podpath.walk.netfilter.reject import answer_of
from podpath.walk.netfilter.ruleset import Ruleset
from podpath.walk.netfilter.sight import Sight
from podpath.walk.packet import Packet

_CONNTRACK: Final = -200
_NAT: Final = {Hook.PREROUTING: -100, Hook.OUTPUT: -100, Hook.POSTROUTING: 100, Hook.INPUT: 100}
_LOOKS_UP: Final = frozenset((Hook.PREROUTING, Hook.OUTPUT))
_CONFIRMS: Final = frozenset((Hook.POSTROUTING, Hook.INPUT))
_DEEPEST: Final = 100
_MOST: Final = 512
_STEPS: Final = 100_000
"""Number of rules that a hook always evaluates for a packet; as many again as the rules have characters."""
_COINS_AT_ONCE: Final = 32
"""Number of comparisons of random choices that take as long as one rule; all choices of two paths are compared."""

Step = Callable[[list[HookPath]], list[HookPath]]


def pass_hook(rules: Ruleset, hook: Hook, packet: Packet, context: Context) -> tuple[HookOutcome, ...]:
    """Return the ways in which a packet can leave a hook; their probabilities sum to one.

    With `doubts`, the true probability is not known: both sides of a doubt count as equally likely.

    Args:
        rules: rules of the namespace.
        hook: where the packet is.
        packet: the packet.
        context: what else the hook sees.
    """
    if not rules.texts and context.track is None and not context.connections:
        return (HookOutcome(1.0, HookVerdict.ACCEPT, packet, context.track, context.connections),)
    run = _Run(rules, hook, context)
    paths = [HookPath(packet, context.track)]
    for step in run.steps(V4 if packet.family == V4 else V6):
        going = [path for path in paths if path.verdict is None]
        if not going:
            break
        paths = merged([*(path for path in paths if path.verdict is not None), *step(going)])
    return tuple(run.outcome(path) for path in run.with_unread(paths))


@dataclass(slots=True)
class _Run:
    """The run of one hook."""

    rules: Ruleset
    hook: Hook
    context: Context
    _serials: "itertools.count[int]"
    _left: int
    _entered: set[tuple[int, str]]
    _known: dict[tuple[object, ...], tuple[list[HookPath], list[HookPath]]]

    def __init__(self, rules: Ruleset, hook: Hook, context: Context) -> None:
        self.rules, self.hook, self.context = rules, hook, context
        self._serials = itertools.count()
        self._left = _STEPS + sum(len(text.text) for text in rules.texts)
        self._entered, self._known = set(), {}

    def steps(self, family: int) -> list[Step]:
        """Return what happens at this hook, in order of priority."""
        device = self.context.iif if self.hook is Hook.INGRESS else self.context.oif
        bases = self.rules.bases(self.hook, family, device)
        steps: list[tuple[int, int, Step]] = []
        translating = [base for base in bases if base.kind == "nat"]
        for order, base in enumerate(base for base in bases if base.kind != "nat"):
            steps.append((base.priority, order, _calling(self, base)))
        tracks = self.rules.tracks or bool(self.context.connections) or self.context.track is not None
        if tracks and self.hook in _LOOKS_UP:
            steps.append((_CONNTRACK, -1, self._look_up))
        if tracks and self.hook in _NAT:
            steps.append((_NAT[self.hook], -1, lambda paths: self._translate(paths, translating)))
        return [step for _, _, step in sorted(steps, key=lambda item: item[:2])]

    def _sight(self, path: HookPath) -> Sight:
        return Sight(path.packet, path.track, self.context, self.hook, self.rules.sets, self.rules.recents, path.hits)

    def _look_up(self, paths: list[HookPath]) -> list[HookPath]:
        done: list[HookPath] = []
        for path in paths:
            found = conntrack.look_up(path.packet, path.track, self.context.connections, self.context.sysctls)
            if isinstance(found, Doubt):
                done.append(replace(path, verdict=HookVerdict.UNKNOWN, reason=found))
            else:
                done.append(replace(path, track=found))
        return done

    def _translate(self, paths: list[HookPath], bases: list[Base]) -> list[HookPath]:
        """Ask the chains of type nat until one decides, then give the packet the addresses (nf_nat_inet_fn)."""
        side = MANIPULATES[self.hook]
        asked = [path for path in paths if _undecided(path, side)]
        done = [path for path in paths if not _undecided(path, side)]
        for base in bases:
            answered = self.call(base, asked)
            done += [path for path in answered if path.verdict is not None or not _undecided(path, side)]
            asked = [path for path in answered if path.verdict is None and _undecided(path, side)]
        done += [self._unchanged(path, side) for path in asked]
        return [self._given_addresses(path, side) for path in done]

    def _unchanged(self, path: HookPath, side: str) -> HookPath:
        """Decide that nothing is translated; the source port may still have to give way (nf_nat_alloc_null_binding)."""
        track = path.track
        if track is None or track.connection is None:
            return path
        seen = track.connection.reply.inverse
        kept = seen.src if side == "SRC" else seen.dst
        connection = set_up(track.connection, side, Wanted(kept, kept), self.context.connections)
        return replace(path, track=replace(track, connection=connection))

    def _given_addresses(self, path: HookPath, side: str) -> HookPath:
        if path.track is None or path.track.connection is None or path.verdict is not None:
            return path
        packet = translated(path.packet, path.track, side)
        moved = self.hook is Hook.OUTPUT and (packet.dst, packet.dport) != (path.packet.dst, path.packet.dport)
        return replace(path, packet=packet, reroute=path.reroute or moved)

    def call(self, base: Base, paths: list[HookPath]) -> list[HookPath]:
        """Run a chain that the hook calls; what falls through meets its policy."""
        ended, through = self._chain(base.chain, base.chains, paths, ())
        for path in through:
            ended.append(self._policy(base, path))
        done: list[HookPath] = []
        for path in ended:
            accepted = path.verdict is HookVerdict.ACCEPT
            after = replace(path, verdict=None) if accepted else path
            done.append(_rerouted(after, paths[0]) if base.reroutes else after)
        return merged(done)

    def _policy(self, base: Base, path: HookPath) -> HookPath:
        if base.policy in {None, "accept"}:
            return replace(path, verdict=HookVerdict.ACCEPT)
        hits = (*path.hits, base.chain.policy_hit((base.policy or "").upper()))
        return replace(path, verdict=HookVerdict.DROP, hits=hits)

    def _chain(
        self, chain: Chain, chains: Mapping[str, Chain], paths: list[HookPath], above: tuple[str, ...]
    ) -> tuple[list[HookPath], list[HookPath]]:
        """Run a chain; `above` are the chains that jumped here.

        Returns:
            ways that ended, and ways that left the chain at its end or by RETURN.
        """
        if chain.name in above or len(above) > _DEEPEST:
            reason = Doubt(tr("chains jump in a loop through {name}", name=chain.name), "")
            return [replace(path, verdict=HookVerdict.UNKNOWN, reason=reason) for path in paths], []
        ended: list[HookPath] = []
        left: list[HookPath] = []
        for group in _alike(paths):
            going = group
            for rule in chain.rules(self._sight(group[0])):
                self._left -= len(going)
                if self._left < 0:
                    ended += [replace(path, verdict=HookVerdict.UNKNOWN, reason=_TOO_LONG) for path in going]
                    going = []
                    break
                going, over, back = self._rule(rule.turns, rule.hit, chains, going, (*above, chain.name))
                ended += over
                left += back
                if not going:
                    break
            left += going
        return self._merged(ended), self._merged(left)

    def _rule(
        self,
        turns: Callable[[Sight, Callable[[], int]], list[Turn]],
        hit: Callable[[str], RuleHit],
        chains: Mapping[str, Chain],
        paths: list[HookPath],
        above: tuple[str, ...],
    ) -> tuple[list[HookPath], list[HookPath], list[HookPath]]:
        """Run a rule: ways that go on, that ended, that leave the chain."""
        on: list[HookPath] = []
        ended: list[HookPath] = []
        back: list[HookPath] = []
        for path in paths:
            for turn in _turns(turns, hit, self._sight(path), self._serials.__next__):
                taken = path.with_coins(turn.coins)
                if taken is None:
                    continue
                if turn.way is None:
                    on.append(taken)
                    continue
                after = _after(taken, turn, hit)
                if after.verdict is not None:
                    ended.append(after)
                elif turn.back:
                    back.append(after)
                elif turn.jump is not None:
                    over, returned = self._jump(turn.jump, chains, after, above)
                    ended += over
                    (back if turn.goto else on).extend(returned)
                else:
                    on.append(after)
        if len(on) > _MOST:
            reason = Doubt(tr("the rules have too many possible outcomes"), "")
            share = sum(path.share for path in on)
            return [], [*ended, replace(on[0], verdict=HookVerdict.UNKNOWN, reason=reason, given=(), whole=share)], back
        return self._merged(on), ended, back

    def _merged(self, paths: list[HookPath]) -> list[HookPath]:
        """Join paths that end alike, as long as there is time for it."""
        if len(paths) > 1:
            coins = sum(len(path.given) for path in paths)
            self._left -= coins * coins // (len(paths) * _COINS_AT_ONCE)
        return merged(paths) if self._left >= 0 else paths

    def _jump(
        self, name: str, chains: Mapping[str, Chain], path: HookPath, above: tuple[str, ...]
    ) -> tuple[list[HookPath], list[HookPath]]:
        target = chains.get(name)
        if target is None:
            command = "nft list ruleset" if path.hits and path.hits[-1].back_end == "nft" else "iptables-save -c"
            reason = Doubt(
                tr("what {name} is: a chain that is not in the output, or a target that podpath does not know", name=name),
                command,
            )
            return [replace(path, verdict=HookVerdict.UNKNOWN, reason=reason)], []
        if (id(chains), name) not in self._entered:
            self._entered.add((id(chains), name))
            return self._chain(target, chains, [path], above)
        return self._again(target, chains, path, above)

    def _again(
        self, chain: Chain, chains: Mapping[str, Chain], path: HookPath, above: tuple[str, ...]
    ) -> tuple[list[HookPath], list[HookPath]]:
        """Run a chain that was run before, once for each state of a packet: chains that jump twice each are walked 2^n times."""
        state = (id(chains), chain.name, path.result, path.given)
        known = self._known.get(state)
        if known is None:
            found = self._chain(chain, chains, [path], above)
            # A coin that was tossed in there is tossed again, and lists of addresses count how often they are asked.
            if not self.rules.recents.printed and all(_is_sure(each, path) for each in (*found[0], *found[1])):
                self._known[state] = (_added(found[0], path), _added(found[1], path))
            return found
        ended, left = known
        return [_joined(path, each) for each in ended], [_joined(path, each) for each in left]

    def with_unread(self, paths: list[HookPath]) -> Iterable[HookPath]:
        """Make unknown what passes although some rules could not be read."""
        damaged, unread = self.rules.damaged, self.rules.unread(self.hook)
        for path in paths:
            if damaged:
                yield replace(path, verdict=HookVerdict.UNKNOWN, reason=damaged[0])
                continue
            if unread and path.verdict is None:
                yield replace(path, verdict=HookVerdict.UNKNOWN, reason=unread[0])
            else:
                yield path

    def outcome(self, path: HookPath) -> HookOutcome:
        """Return how a path leaves the hook."""
        verdict = path.verdict or HookVerdict.ACCEPT
        doubts = tuple(coin.doubt for coin, _ in path.given if coin.doubt is not None)
        if path.reason is not None:
            doubts = (path.reason, *doubts)
        track, connections = path.track, self.context.connections
        answer = self._answer(path)
        if answer is not None and path.reject == "tcp-reset":
            track = conntrack.closing(track)
        if verdict is HookVerdict.ACCEPT and self.hook in _CONFIRMS:
            track, connections, clash = conntrack.confirm(track, connections)
            if clash is not None:
                verdict, path = HookVerdict.DROP, replace(path, notes=(*path.notes, clash))
        else:
            connections = conntrack.updated(track, connections)
        return HookOutcome(
            path.share, verdict, path.packet, track, connections, path.hits, doubts, path.reject, answer, path.reroute,
            path.proxied, path.notes,
        )  # fmt: skip

    def _answer(self, path: HookPath) -> Packet | None:
        """Return what a rule that rejects sends."""
        if path.reject is None:
            return None
        # In PREROUTING a reset looks its route up itself, and does not see that the packet came to many.
        alone = self.hook is Hook.PREROUTING and path.reject == "tcp-reset"
        return answer_of(path.packet, path.reject, PacketType.HOST if alone else self.context.packet_type)


_TOO_LONG: Final = Doubt("the rules send a packet through more chains than podpath follows", "")


def _turns(
    turns: Callable[[Sight, Callable[[], int]], list[Turn]], hit: Callable[[str], RuleHit], sight: Sight, fresh: Callable[[], int]
) -> list[Turn]:
    """Return what a rule can make of a packet; a rule whose evaluation fails, as no kernel would have it, is unknown."""
    try:
        return turns(sight, fresh)
    except Exception as error:  # noqa: BLE001 - strangers write rules: a damaged one is that rule's loss alone
        rule = hit("")
        reason = tr(
            "what rule {number} of {chain} does: it is incomplete ({name})",
            number=rule.number,
            chain=rule.chain,
            name=type(error).__name__,
        )
        return [Turn(Way(sight.packet, sight.track, HookVerdict.UNKNOWN, doubt=Doubt(reason, rule.command)))]


def _is_sure(after: HookPath, before: HookPath) -> bool:
    return after.given == before.given and after.verdict is not HookVerdict.UNKNOWN


def _added(paths: list[HookPath], before: HookPath) -> list[HookPath]:
    """Return paths with only those rules that were met since."""
    return [replace(path, hits=path.hits[len(before.hits) :]) for path in paths]


def _joined(path: HookPath, after: HookPath) -> HookPath:
    """Return a path after a chain with a known result; rules that it met before are not listed again."""
    met = set(path.hits)
    notes = (*path.notes, *(note for note in after.notes if note not in path.notes))
    return replace(after, hits=(*path.hits, *(hit for hit in after.hits if hit not in met)), notes=notes)


def _calling(run: _Run, base: Base) -> Step:
    return lambda paths: run.call(base, paths)


def _undecided(path: HookPath, side: str) -> bool:
    """Say whether chains of type nat are asked about a packet: a connection's first one, no ICMP error (nf_nat_ipv4_fn)."""
    track = path.track
    if track is None or track.connection is None or path.verdict is not None or path.packet.about is not None:
        return False
    return track.info in {Info.NEW, Info.RELATED} and f"{side}_NAT_DONE" not in track.connection.status


def _rerouted(path: HookPath, before: HookPath) -> HookPath:
    """Note that a route must be looked up again (ip_route_me_harder after mangle's OUTPUT)."""
    old, new = before.packet, path.packet
    moved = (old.src, old.dst, old.mark, old.tos) != (new.src, new.dst, new.mark, new.tos)
    return replace(path, reroute=True) if moved else path


def _alike(paths: list[HookPath]) -> list[list[HookPath]]:
    """Group paths by the addresses that an index of rules asks for."""
    if len(paths) == 1:
        return [paths]
    groups: dict[tuple[object, ...], list[HookPath]] = {}
    for path in paths:
        groups.setdefault((path.packet.src, path.packet.dst), []).append(path)
    return list(groups.values())


def _after(path: HookPath, turn: Turn, hit: Callable[[str], RuleHit]) -> HookPath:
    """Return a path after a rule that matched."""
    way = turn.way
    assert way is not None  # noqa: S101 - for the type checker: the caller has asked
    said = way.said or (f"jump {turn.jump}" if turn.jump else "return" if turn.back else "")
    if way.verdict is not None:
        said = f"{way.verdict.upper()} {way.said}".strip()
    return replace(
        path,
        packet=way.packet,
        track=way.track,
        hits=(*path.hits, hit(said)),
        notes=(*path.notes, *(note for note in turn.notes if note not in path.notes)),
        verdict=way.verdict,
        reject=way.reject,
        proxied=way.proxied or path.proxied,
        reason=way.doubt,
    )
