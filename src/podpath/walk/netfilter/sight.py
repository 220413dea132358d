"""What a match or an expression looks at: the packet as it is now, and what stands around it."""

from dataclasses import dataclass
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, V6, parse_ip
from podpath.walk.netfilter.connection import Connection, Info, Track, Tuple
from podpath.walk.netfilter.interface import Context, Device, Doubt, Hook, RuleHit, Taker
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.netfilter.recent import RecentLists
from podpath.walk.packet import Packet

_NO_LISTS: Final = RecentLists()


@dataclass(frozen=True, slots=True)
class Sight:
    """One packet at one hook.

    Attributes:
        packet: the packet as rules have made it.
        track: what connection tracking says of it.
        context: what the packet does not say.
        hook: where it is.
        sets: IP sets of the namespace.
        recents: lists of addresses that its rules have seen.
        met: rules that the packet has met at this hook.
    """

    packet: Packet
    track: Track | None
    context: Context
    hook: Hook
    sets: IpSets
    recents: RecentLists = _NO_LISTS
    met: tuple[RuleHit, ...] = ()

    @property
    def family(self) -> int:
        """4 or 6."""
        return V4 if self.packet.family == V4 else V6

    @property
    def info(self) -> Info:
        """What a rule sees of connection tracking; before the lookup all is invalid (nf_ct_get gives none).

        What a rule in raw has said of the lookup stands there as a template, which looks new (nf_ct_set with IP_CT_NEW).
        """
        if self.track is None:
            return Info.INVALID
        return Info.NEW if self.prepared else self.track.info

    @property
    def prepared(self) -> bool:
        """A template stands for its connection, which has not been looked up."""
        return self.track is not None and self.track.prepared

    @property
    def connection(self) -> Connection | None:
        """Its connection, once it has been looked up; before that, the template of a rule in raw."""
        if not self.prepared:
            return self.track.connection if self.track is not None else None
        nobody = parse_ip("0.0.0.0" if self.family == V4 else "::")  # noqa: S104 - no socket is bound here
        empty = Tuple(nobody, nobody, "hopopt", 0, 0)
        return Connection(empty, empty, status=frozenset(("CONFIRMED",)))

    def device(self, name: str | None) -> Device | None:
        """Return what is known of a device."""
        return self.context.devices.get(name) if name is not None else None


def taker_of(sight: Sight) -> Taker | Doubt | None:
    """Return the socket that takes the packet, or None if there is none."""
    if sight.context.sockets is None:
        return Doubt(tr("whether a socket here accepts it"), "ss -tuanp")
    return sight.context.sockets.taker(sight.packet, sight.track)
