"""What travels: a packet, and the frame around it.

A value is never changed: whatever a stage does to a packet makes a new one (``dataclasses.replace``).
"""

from dataclasses import dataclass
from typing import Final

from podpath.state.address import V4, Ip, Mac, family_of

_SOLICITED: Final = 0xFF02_0000_0000_0000_0000_0001_FF00_0000
"""ff02::1:ff00:0/104: groups of the addresses with the same last 24 bits."""
BROADCAST: Final = Mac(0xFFFF_FFFF_FFFF)
ARP: Final = "arp"
"""Protocol of a request for an IPv4 address, as rules for frames see it (:meth:`Question.packet`)."""
ECHO_REQUEST: Final = {"icmp": 8, "icmpv6": 128}
ECHO_REPLY: Final = {"icmp": 0, "icmpv6": 129}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A port that the kernel draws by chance (nf_nat_l4proto_unique_tuple).

    Attributes:
        first: the lowest that it may be.
        last: the highest.
    """

    first: int
    last: int

    def share(self, first: int, last: int) -> float:
        """Return the probability that it is one of some ports."""
        both = min(self.last, last) - max(self.first, first) + 1
        return max(both, 0) / (self.last - self.first + 1)


def known_port(port: int | Drawn | None) -> int | None:
    """Return a port that is known, or None if it is drawn, or nothing tells."""
    return None if isinstance(port, Drawn) else port


@dataclass(frozen=True, slots=True)
class Packet:
    """An IP packet.

    Attributes:
        src: source address.
        dst: destination address.
        proto: icmp, icmpv6, tcp, udp, sctp, ipip, gre …, by the name that /etc/protocols gives it.
        sport: source port; the identifier of an ICMP echo.
        dport: destination port.
        icmp_type: type of an ICMP message.
        icmp_code: its code.
        flags: TCP flags that are set.
        length: size of the whole packet in bytes, with its IP header.
        ttl: hops it may still take (hop limit).
        tos: type of service (traffic class).
        dont_fragment: routers must not cut it.
        key: network identifier or key of the tunnel that carries the payload.
        mark: firewall mark; it belongs to the packet within one namespace and is lost between two.
        payload: the packet or frame that a tunnel carries inside.
        about: the packet that an ICMP error is about.
        awaited: it answers something, and whoever asked waits for it.
    """

    src: Ip
    dst: Ip
    proto: str
    sport: int | Drawn | None = None
    dport: int | Drawn | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    flags: frozenset[str] = frozenset()
    length: int = 84
    ttl: int = 64
    tos: int = 0
    dont_fragment: bool = False
    key: int | None = None
    mark: int = 0
    payload: "Packet | Frame | None" = None
    about: "Packet | None" = None
    awaited: bool = False

    @property
    def family(self) -> int:
        """4 or 6."""
        return family_of(self.dst)

    @property
    def icmp_proto(self) -> str:
        """Name of the ICMP of this packet's family."""
        return "icmp" if self.family == V4 else "icmpv6"


@dataclass(frozen=True, slots=True)
class NeighbourRequest:
    """An ARP request or a neighbour solicitation, or the answer to one (RFC 826, RFC 4861).

    Attributes:
        sender: address of the asker; of the one who answers, the address asked for.
        target: address asked for; of an answer, the address of the asker.
        mac: link-layer address of whoever sends it.
        answer: this is the answer.
    """

    sender: Ip
    target: Ip
    mac: Mac
    answer: bool = False

    @property
    def packet(self) -> Packet:
        """The request as rules see it: ARP, or a neighbour solicitation or advertisement (RFC 826, RFC 4861)."""
        if family_of(self.target) == V4:
            return Packet(self.sender, self.target, ARP, icmp_type=2 if self.answer else 1, length=28)
        group = Ip(_SOLICITED | (self.target & 0xFF_FFFF))
        to = self.target if self.answer else group
        return Packet(self.sender, to, "icmpv6", icmp_type=136 if self.answer else 135, icmp_code=0, length=72, ttl=255)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of a link.

    Attributes:
        src: link-layer address of the sender; none on links without such addresses.
        dst: link-layer address of the receiver.
        content: what it carries.
        vlan: VLAN tags, the outermost last.
        via: next hop, on a link without link-layer addresses.
    """

    src: Mac | None
    dst: Mac | None
    content: Packet | NeighbourRequest
    vlan: tuple[int, ...] = ()
    via: Ip | None = None
