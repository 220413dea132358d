"""Membership in IP sets: set (net/netfilter/xt_set.c)."""

from shlex import quote
from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, negate
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.kinds import NUMBER
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option

SET_AND_SIDES: Final = Kind(
    2, lambda name, sides: (name, tuple(sides.split(","))), lambda value: f"{value[0]} {','.join(value[1])}"
)
_COUNTED: Final = ("--packets-eq", "--packets-lt", "--packets-gt", "--bytes-eq", "--bytes-lt", "--bytes-gt")


def _set(asked: Asked, sight: Sight) -> Answer:
    name, sides = asked.value("--match-set")
    answer = sight.sets.holds(name, sides, sight.packet, sight.context, nomatch="--return-nomatch" in asked)
    if answer is True and any(flag in asked for flag in _COUNTED):
        return Doubt(tr("the counters of the set {name} when the packet arrives", name=name), f"ipset list {quote(name)}")
    return negate(answer) if asked.negated("--match-set") else answer


_OPTIONS: Final[tuple[Any, ...]] = (
    Option("--match-set", SET_AND_SIDES),
    Option("--return-nomatch", FLAG),
    Option("--update-counters", FLAG),
    Option("--update-subcounters", FLAG),
    *(Option(flag, NUMBER) for flag in _COUNTED),
)

MATCHES: Final = (Match("set", _OPTIONS, _set, "its counters are unknown; `skbinfo` is not mapped"),)
