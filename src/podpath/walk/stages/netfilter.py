"""Where netfilter sees a packet (net/netfilter/core.c).

A namespace whose rulesets are empty or only accept is walked through. Rules that could matter leave the way open, by name.
"""

from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from podpath.state.address import V4
from podpath.state.host import Ruleset
from podpath.walk.events import WHOLE, Carry, End, Gap, Mark, Walk, gap_of
from podpath.walk.packet import Packet

_FORMS = {4: ("iptables", "nft"), 6: ("ip6tables", "nft")}
_COMMANDS = {"iptables": "iptables-save -c", "ip6tables": "ip6tables-save -c", "nft": "nft list ruleset"}


class Hook(StrEnum):
    """The places of RFC-less netfilter (enum nf_inet_hooks)."""

    PREROUTING = "prerouting"
    INPUT = "input"
    FORWARD = "forward"
    OUTPUT = "output"
    POSTROUTING = "postrouting"


class Passed(NamedTuple):
    """What a hook makes of a packet.

    Attributes:
        packet: the packet after it.
        carry: what is known of the flow after it.
        marks: the rules that decided.
        gaps: what the evidence leaves open.
        end: the end, where it goes no further.
        share: probability of this outcome.
        reroute: the destination or mark changed, so that it is routed anew.
    """

    packet: Packet
    carry: Carry
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    end: End | None = None
    share: Fraction = WHOLE
    reroute: bool = False


def pass_hook(
    walk: Walk, ns: int, hook: Hook, packet: Packet, carry: Carry, *, into: str = "", out: str = ""
) -> tuple[Passed, ...]:
    """Return what becomes of a packet at a hook.

    Args:
        walk: the walk.
        ns: the namespace.
        hook: the hook.
        packet: the packet.
        carry: what is known of the flow.
        into: device it came in by.
        out: device it leaves by.
    """
    del hook, into, out
    return (Passed(packet, carry, gaps=_opaque(walk, ns, packet.family)),)


def _opaque(walk: Walk, ns: int, family: int) -> tuple[Gap, ...]:
    space = walk.world.space(ns)
    found = [held.row for held in space.all(Ruleset) if held.row.form in _FORMS[family] and held.row.opaque]
    if found:
        told = ", ".join(f"{row.rules} rules of {row.form}" for row in found)
        command = "; ".join(_COMMANDS[row.form] for row in found)
        return (gap_of(ns, walk.world, f"what {told} do to the packet", command, "no-netfilter", diverts=True),)
    missing = [form for form in _FORMS[family] if not space.seen(Ruleset, part=form)]
    if len(missing) == len(_FORMS[family]):
        command = "iptables-save -c; nft list ruleset" if family == V4 else "ip6tables-save -c; nft list ruleset"
        return (gap_of(ns, walk.world, "whether netfilter rules stop the packet", command, "no-netfilter"),)
    return ()
