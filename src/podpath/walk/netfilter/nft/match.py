"""Comparisons of nftables (net/netfilter/nft_cmp.c, nft_lookup.c, nft_range.c, nft_bitwise.c)."""

from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, negate, of_share
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.expressions import BREAK, Asking, elements_of, evaluate
from podpath.walk.netfilter.nft.sets import MISSING, holds, share_of
from podpath.walk.netfilter.nft.types import Json, constant, is_constant, kind_of
from podpath.walk.netfilter.path import Given, united
from podpath.walk.packet import Drawn

_MOST: Final = 0xFFFF
_PRESENT: Final = frozenset(("exthdr", "tcp option", "ip option", "sctp chunk", "dccp option"))
"""Header parts that a rule can also test for absence in a packet that cannot have them (NFT_EXTHDR_F_PRESENT)."""


def compare(inner: Json, asking: Asking) -> list[tuple[Given, Answer]]:
    """Return what a match says, for each value that its left side can have."""
    kind = kind_of(inner["left"])
    return united((coins, _answer(inner, value, kind, asking)) for coins, value in evaluate(inner["left"], asking))


def _answer(inner: Json, value: Any, kind: Any, asking: Asking) -> Answer:  # noqa: ANN401
    if value is BREAK and not (isinstance(inner["right"], bool) and next(iter(inner["left"])) in _PRESENT):
        return False
    if isinstance(value, Doubt):
        return value
    try:
        return _compared(inner["op"], value, inner["right"], kind, asking)
    except (ValueError, TypeError) as error:
        return Doubt(tr("the value that it compares with ({error})", error=error), "nft -j list ruleset")


def _compared(operation: str, value: Any, right: Json, kind: Any, asking: Asking) -> Answer:  # noqa: ANN401
    if isinstance(right, bool):  # exists, missing
        there = value if isinstance(value, bool) else value is not BREAK and value not in {"0", 0}
        return (there is right) is (operation != "!=")
    if operation in {"<", ">", "<=", ">="}:
        wanted = constant(right, kind)
        if isinstance(value, Drawn):
            first = {"<": 0, ">": wanted + 1, "<=": 0, ">=": wanted}[operation]
            last = {"<": wanted - 1, ">": _MOST, "<=": wanted, ">=": _MOST}[operation]
            return of_share(value.share(first, last))
        return bool({"<": value < wanted, ">": value > wanted, "<=": value <= wanted, ">=": value >= wanted}[operation])
    if operation in {"in", "!"}:  # some of these bits are set; none is
        return bool(int(value) & int(constant(right, kind))) is (operation == "in")
    if operation not in {"==", "!="}:
        return Doubt(tr("the meaning of the comparison {operation}", operation=operation), "nft -j list ruleset")
    found = _found(value, right, kind, asking)
    return negate(found) if operation == "!=" else found


def _found(value: Any, right: Json, kind: Any, asking: Asking) -> Answer:  # noqa: ANN401
    if (isinstance(right, str) and right.startswith("@")) or (isinstance(right, dict) and "set" in right):
        elements = elements_of(right, kind, asking)
        if elements is None:
            return Doubt(tr("what is in the set {right}", right=right), "nft -j list ruleset")
        found = elements.find(value)
        return found if isinstance(found, Doubt) else found is not MISSING
    if isinstance(right, dict) and next(iter(right)) not in {"range", "prefix", "concat"} and not is_constant(right):
        ((_, other),) = evaluate(right, asking)
        return other if isinstance(other, Doubt) else bool(other is not BREAK and other == value)
    return of_share(share_of(right, value, kind)) if isinstance(value, Drawn) else holds(right, value, kind)
