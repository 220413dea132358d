"""A frame to be shown to rules for frames."""

from dataclasses import replace
from typing import cast

from podpath.state.address import Mac, parse_ip
from podpath.walk.netfilter import Context, Device, Fib, Hook, HookOutcome, Listing, Ruleset, pass_hook
from podpath.walk.netfilter.frames.language import Language
from podpath.walk.netfilter.frames.rule import FrameRule, parse
from podpath.walk.netfilter.interface import RuleHit
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.netfilter.sight import Sight
from podpath.walk.packet import NeighbourRequest, Packet

ONE, TWO = Mac(0x0200_0000_0001), Mac(0x0200_0000_0002)
PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "tcp", 1000, 80)
ASKED = NeighbourRequest(PACKET.src, PACKET.dst, ONE).packet
ANSWERED = NeighbourRequest(PACKET.dst, PACKET.src, TWO, answer=True).packet
CONTEXT = Context(
    fib=cast("Fib", None), iif="pa", oif="pb", smac=ONE, dmac=TWO,
    devices={name: Device(name, master="br0") for name in ("pa", "pb")},
)  # fmt: skip
PLACE = RuleHit("ebtables", "bridge", "filter", "FORWARD", 1, "", None, "", 0, 0, "")


def sight(packet: Packet = PACKET, **context: object) -> Sight:
    """Look at a frame."""
    return Sight(packet, None, replace(CONTEXT, **context), Hook.BRIDGE_FORWARD, IpSets())  # type: ignore[arg-type]


def rule(line: str, language: Language) -> FrameRule:
    """Read a rule."""
    return parse(line, language, PLACE._replace(text=line))


def passed(command: str, text: str, hook: Hook, packet: Packet = PACKET) -> tuple[HookOutcome, ...]:
    """Return what a hook makes of a frame."""
    return pass_hook(Ruleset.of([Listing(command, text)]), hook, packet, CONTEXT)
