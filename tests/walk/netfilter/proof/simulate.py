"""The router as podpath sees it: its few routes and addresses, and the hooks in their order."""

from dataclasses import dataclass, replace
from typing import Final

from podpath.state.address import V4, Ip, family_of, parse_ip
from podpath.walk.netfilter import (
    AddressType,
    Connections,
    Context,
    Device,
    Doubt,
    Hook,
    HookOutcome,
    HookVerdict,
    Owner,
    PacketType,
    RuleHit,
    Ruleset,
    Track,
    pass_hook,
)
from podpath.walk.packet import Packet

OWN: Final = {
    "ra": {4: parse_ip("10.1.0.254"), 6: parse_ip("fd00:1::254")},
    "rb": {4: parse_ip("10.2.0.254"), 6: parse_ip("fd00:2::254")},
    "lo": {4: parse_ip("127.0.0.1"), 6: parse_ip("::1")},
}
LOCAL: Final = frozenset(address for both in OWN.values() for address in both.values())
DEVICES: Final = {
    "ra": Device("ra", kind="veth"),
    "rb": Device("rb", kind="veth", group=7),
    "lo": Device("lo", link="loopback"),
}
_BROADCAST: Final = frozenset(map(parse_ip, ("10.1.0.255", "10.2.0.255", "255.255.255.255")))


class Routes:
    """Routes and addresses of the router."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType:
        """Type of an address; with a device only that device's own count as local."""
        if family_of(address) == V4:
            if address >> 24 & 0xFF == 127:
                return AddressType.LOCAL if dev in {None, "lo"} else AddressType.UNICAST
            if address in _BROADCAST:
                owner = {"10.1.0.255": "ra", "10.2.0.255": "rb"}
                named = next((device for text, device in owner.items() if parse_ip(text) == address), None)
                return AddressType.BROADCAST if dev is None or named in {dev, None} else AddressType.UNICAST
        if address in LOCAL:
            holder = next(name for name, both in OWN.items() if address in both.values())
            return AddressType.LOCAL if dev in {None, holder} else AddressType.UNICAST
        return AddressType.UNICAST

    def device(self, address: Ip) -> str:
        """Device of the route to an address."""
        if self.address_type(address, None) in {AddressType.LOCAL, AddressType.BROADCAST}:
            return (
                "lo"
                if self.address_type(address, None) is AddressType.LOCAL
                else "ra"
                if address == parse_ip("10.1.0.255")
                else "rb"
            )
        near = address >> 8 == parse_ip("10.1.0.0") >> 8 or address >> 64 == parse_ip("fd00:1::") >> 64
        return "ra" if near else "rb"

    def oif(self, source: Ip, target: Ip, *, iif: str | None, oif: str | None, mark: int, tos: int) -> str:
        """Device of the route."""
        del source, iif, oif, mark, tos
        return self.device(target)

    def masquerade_source(self, dev: str, target: Ip) -> Ip:
        """Address that MASQUERADE takes."""
        # The address of lo is of scope host: another device's is taken (inet_select_addr).
        family = family_of(target)
        return OWN["ra" if dev == "lo" and family == V4 else dev][family]

    def first_address(self, dev: str, family: int) -> Ip:
        """First address of a device."""
        return OWN[dev][family]


@dataclass(frozen=True, slots=True)
class End:
    """One thing that can become of a packet.

    Attributes:
        share: how likely.
        where: p (it left), i (it was delivered), drop, or answer.
        packet: the packet, or the answer.
        connections: connections of the router afterwards.
        hits: rules that it met.
        doubts: what is not known.
    """

    share: float
    where: str
    packet: Packet | None
    connections: Connections
    hits: tuple[RuleHit, ...]
    doubts: tuple[Doubt, ...]


ROUTES: Final = Routes()


@dataclass(frozen=True, slots=True)
class Walk:
    """A packet on its way through the router."""

    rules: Ruleset
    kind: PacketType = PacketType.HOST
    owner: Owner | None = None

    def arrive(
        self, packet: Packet, iif: str, connections: Connections, before: "End | None" = None, track: Track | None = None
    ) -> list[End]:
        """Take a packet from a device."""
        done: list[End] = []
        for outcome, end in self._hook(Hook.PREROUTING, packet, track, connections, before, iif=iif):
            if end is not None:
                done.append(end)
                continue
            target = ROUTES.address_type(outcome.packet.dst, None)
            here = _so_far(outcome, before)
            if target in {AddressType.LOCAL, AddressType.BROADCAST}:
                done += self._deliver(outcome, iif, here)
            elif self.kind is not PacketType.HOST:
                done.append(replace(here, where="drop", packet=None))  # only what was for us is forwarded (ip_forward)
            else:
                aged = replace(outcome.packet, ttl=outcome.packet.ttl - 1)
                oif = ROUTES.device(aged.dst)
                for forwarded, over in self._hook(Hook.FORWARD, aged, outcome.track, outcome.connections, here, iif=iif, oif=oif):
                    if over is not None:
                        done.append(over)
                    else:
                        done += self._leave(forwarded, iif, oif, _so_far(forwarded, here))
        return done

    def send(self, packet: Packet, connections: Connections) -> list[End]:
        """Send a packet of the router itself."""
        done: list[End] = []
        oif = ROUTES.device(packet.dst)
        for outcome, end in self._hook(Hook.OUTPUT, packet, None, connections, None, oif=oif):
            if end is not None:
                done.append(end)
                continue
            new = ROUTES.device(outcome.packet.dst) if outcome.reroute else oif
            done += self._leave(outcome, None, new, _so_far(outcome, None))
        return done

    def _deliver(self, outcome: HookOutcome, iif: str, before: End) -> list[End]:
        found = self._hook(Hook.INPUT, outcome.packet, outcome.track, outcome.connections, before, iif=iif)
        return [end or replace(_so_far(after, before), where="i") for after, end in found]

    def _leave(self, outcome: HookOutcome, iif: str | None, oif: str, before: End) -> list[End]:
        done: list[End] = []
        for after, end in self._hook(
            Hook.POSTROUTING, outcome.packet, outcome.track, outcome.connections, before, iif=iif, oif=oif
        ):
            here = _so_far(after, before)
            if end is not None:
                done.append(end)
            elif oif == "lo":
                packet = replace(after.packet)
                done += self.arrive(packet, "lo", after.connections, here, after.track)
            else:
                done.append(here)
        return done

    def _hook(
        self, hook: Hook, packet: Packet, track: Track | None, connections: Connections, before: End | None,
        iif: str | None = None, oif: str | None = None,
    ) -> list[tuple[HookOutcome, End | None]]:  # fmt: skip
        context = Context(
            fib=ROUTES, iif=iif, oif=oif, devices=DEVICES, packet_type=self.kind, track=track, connections=connections,
            owner=self.owner, smac=None,
        )  # fmt: skip
        found: list[tuple[HookOutcome, End | None]] = []
        for outcome in pass_hook(self.rules, hook, packet, context):
            so_far = _so_far(outcome, before)
            if outcome.verdict is HookVerdict.ACCEPT:
                found.append((outcome, None))
            elif outcome.verdict is HookVerdict.REJECT and outcome.answer is not None:
                found.append((outcome, replace(so_far, where="answer", packet=outcome.answer)))
            elif outcome.verdict is HookVerdict.UNKNOWN:
                found.append((outcome, replace(so_far, where="unknown")))
            else:
                # The probe logs before a connection is confirmed: a clash is seen as a packet that left, but not over lo.
                clash = oif != "lo" and any("insert_failed" in note for note in outcome.notes)
                found.append(
                    (
                        outcome,
                        replace(so_far, where="i" if hook is Hook.INPUT else "p")
                        if clash
                        else replace(so_far, where="drop", packet=None),
                    )
                )
        return found


def _so_far(outcome: HookOutcome, before: End | None) -> End:
    share = outcome.probability * (before.share if before is not None else 1.0)
    hits = (before.hits if before is not None else ()) + outcome.hits
    doubts = (before.doubts if before is not None else ()) + outcome.doubts
    return End(share, "p", outcome.packet, outcome.connections, hits, doubts)
