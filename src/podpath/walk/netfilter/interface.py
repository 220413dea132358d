"""What goes into a hook and what comes out of it: the values that the walker and netfilter share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from podpath.state.address import Ip, Mac
from podpath.walk.netfilter.connection import Connections, Track
from podpath.walk.packet import Packet


class Doubt(NamedTuple):
    """Something that netfilter would know and the snapshot does not say.

    Attributes:
        reason: what is not known, in plain words; the rule that asks is named.
        command: the command that would show it, run in the namespace; empty where no command can.
        devices: on which devices a chain looks, and nothing else, is not known.
        named: chain and number of the rule that the reason names already, where it does.
    """

    reason: str
    command: str
    devices: bool = False
    named: tuple[str, int] | None = None


class Hook(StrEnum):
    """A place in the kernel where packets are shown to netfilter (include/uapi/linux/netfilter*.h)."""

    PREROUTING = "prerouting"
    INPUT = "input"
    FORWARD = "forward"
    OUTPUT = "output"
    POSTROUTING = "postrouting"
    INGRESS = "ingress"
    EGRESS = "egress"
    BRIDGE_PREROUTING = "bridge prerouting"
    BRIDGE_INPUT = "bridge input"
    BRIDGE_FORWARD = "bridge forward"
    BRIDGE_OUTPUT = "bridge output"
    BRIDGE_POSTROUTING = "bridge postrouting"
    ARP_INPUT = "arp input"
    ARP_OUTPUT = "arp output"
    ARP_FORWARD = "arp forward"

    @property
    def place(self) -> str:
        """Name without the layer, as nft(8) writes it."""
        return self.rpartition(" ")[2]


class HookVerdict(StrEnum):
    """How a hook ends for a packet."""

    ACCEPT = "accept"
    DROP = "drop"
    REJECT = "reject"
    UNKNOWN = "unknown"


class AddressType(StrEnum):
    """What a namespace takes an address for (RTN_*, include/uapi/linux/rtnetlink.h)."""

    UNSPEC = "unspec"
    UNICAST = "unicast"
    LOCAL = "local"
    BROADCAST = "broadcast"
    ANYCAST = "anycast"
    MULTICAST = "multicast"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"


class PacketType(StrEnum):
    """The packet type of a frame on its link (include/uapi/linux/if_packet.h)."""

    HOST = "unicast"
    BROADCAST = "broadcast"
    MULTICAST = "multicast"
    OTHERHOST = "other"


@dataclass(frozen=True, slots=True)
class Device:
    """What rules ask of a device.

    Attributes:
        name: name in this namespace.
        index: number in this namespace, or None if it is not known.
        kind: kind as rtnetlink names it (veth, bridge, vxlan …); empty for hardware, or None if it is not known.
        group: device group, or None if it is not known.
        link: ether, loopback, none … as ``ip link`` writes it.
        master: bridge, VRF or bond that it belongs to.
    """

    name: str
    index: int | None = None
    kind: str | None = None
    group: int | None = 0
    link: str = "ether"
    master: str | None = None


class Taker(NamedTuple):
    """A socket that a packet finds (nf_sk_lookup_slow_v4, nf_tproxy_get_sock_v4).

    Attributes:
        wildcard: it is bound to no address.
        transparent: it takes packets for addresses that are not this host's (IP_TRANSPARENT), or None if it is not known.
    """

    wildcard: bool
    transparent: bool | None = None


class Sockets(Protocol):
    """What netfilter asks of the sockets of a namespace."""

    def taker(self, packet: Packet, track: Track | None) -> Taker | Doubt | None:
        """Return the socket that a packet would find, or None if there is none."""
        ...

    def listener(self, packet: Packet, address: Ip | None, port: int) -> Taker | Doubt | None:
        """Return the socket that listens where TPROXY hands a packet; without an address, where it came in."""
        ...


class Owner(NamedTuple):
    """The socket of a packet that this namespace sends.

    Attributes:
        uid: its user, or None if it is not known.
        gid: its group, or None if it is not known.
        exists: the packet has a socket with a file; the kernel's own packets have none.
    """

    uid: int | None = None
    gid: int | None = None
    exists: bool = True


class Fib(Protocol):
    """What netfilter asks of the routes and addresses of the namespace; the walker answers."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType | Doubt:
        """Type of an address (inet_dev_addr_type); with a device only that device's local addresses count."""

    def oif(self, source: Ip, target: Ip, *, iif: str | None, oif: str | None, mark: int, tos: int) -> str | Doubt | None:
        """Device of the route to a target, or None if there is none, or none that forwards."""

    def masquerade_source(self, dev: str, target: Ip) -> Ip | Doubt | None:
        """Address that MASQUERADE takes on a device (inet_select_addr with the route's next hop; ipv6_dev_get_saddr)."""

    def first_address(self, dev: str, family: int) -> Ip | Doubt | None:
        """First address of a device (what REDIRECT takes in PREROUTING), or None if it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a hook sees besides the packet.

    Attributes:
        fib: routes and addresses of the namespace.
        iif: device that the packet arrived on; of a bridged packet, the bridge.
        oif: device it leaves by; of a bridged packet, the bridge.
        physin: bridge port that it arrived on, while br_netfilter shows it.
        physout: bridge port it leaves by, while br_netfilter shows it.
        devices: devices of the namespace by name.
        packet_type: packet type of its frame.
        smac: link-layer source, or None if it has no frame.
        dmac: link-layer destination.
        vlan: VLAN tag of the frame.
        track: what connection tracking said of it earlier in this namespace.
        connections: connections that the namespace tracks.
        sysctls: settings of the namespace by dotted name.
        owner: its socket, in OUTPUT and POSTROUTING, or None if it is not known.
        sockets: the sockets here (``-m socket``, ``socket`` expression, TPROXY), or None if they are not known.
        realm: realm of its route, or None if it is not known.
        ipsec: it goes through an IPsec policy, or None if it is not known.
    """

    fib: Fib
    iif: str | None = None
    oif: str | None = None
    physin: str | None = None
    physout: str | None = None
    devices: Mapping[str, Device] = field(default_factory=dict)
    packet_type: PacketType = PacketType.HOST
    smac: Mac | None = None
    dmac: Mac | None = None
    vlan: int | None = None
    track: Track | None = None
    connections: Connections = field(default_factory=Connections)
    sysctls: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    sockets: Sockets | None = None
    realm: int | None = 0
    ipsec: bool | None = False


class Listing(NamedTuple):
    """Output of one command that prints rules or sets.

    Attributes:
        command: the command line (``iptables-legacy-save -c``, ``nft -j list ruleset``, ``ipset save`` …).
        text: what it printed.
        source: number of the source in the snapshot.
        line: line of the file where it begins, from 1.
    """

    command: str
    text: str
    source: int = 0
    line: int = 1


class RuleHit(NamedTuple):
    """A rule, or a chain's policy, that a packet met and that said something of it.

    Attributes:
        back_end: ``legacy``, ``nft`` or, for an iptables that writes nftables, ``iptables-nft``; of a rule for frames the program
            that shows it (``ebtables``, ``arptables``, ``ebtables-legacy``, ``arptables-legacy``).
        family: ip, ip6, inet, bridge, arp or netdev.
        table: table of the chain.
        chain: chain of the rule.
        number: number in its chain, from 1; 0 for the chain's policy.
        text: rule as its own program prints it.
        packets: packets that it has counted, or None if it has no counter.
        verdict: what it did (``DROP``, ``jump KUBE-SVC-…``, ``mark 0x4000`` …).
        source: number of the source in the snapshot.
        line: line of the source, from 1.
        command: the command that shows it.
        handle: number by which nft(8) deletes it, or None if it was not printed.
    """

    back_end: str
    family: str
    table: str
    chain: str
    number: int
    text: str
    packets: int | None
    verdict: str
    source: int
    line: int
    command: str
    handle: int | None = None

    @property
    def gives(self) -> str:
        """Which address of the packet the rule replaces: ``source`` or ``destination``; empty for neither."""
        words = self.verdict.split()
        return "source" if "SNAT" in words else "destination" if "DNAT" in words else ""


@dataclass(frozen=True, slots=True)
class HookOutcome:
    """One way in which a packet can leave a hook.

    Attributes:
        probability: share of packets that take this path, as far as rules choose by chance.
        verdict: accept, drop, reject or unknown.
        packet: the packet afterwards.
        track: what connection tracking says of it.
        connections: connections of the namespace afterwards.
        hits: rules that matched, in order; the last one decided, unless all chains were passed.
        doubts: what had to be assumed for this path; the first one is the one to learn.
        reject: the answer that a rule sends, as ``--reject-with`` names it.
        answer: the answer itself; its source is 0 (unspecified) where routing chooses it.
        reroute: the route must be looked up again.
        proxied: TPROXY hands it to the socket at this address and port.
        notes: what else should be said: rate limits that were taken to pass.
    """

    probability: float
    verdict: HookVerdict
    packet: Packet
    track: Track | None
    connections: Connections
    hits: tuple[RuleHit, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    reject: str | None = None
    answer: Packet | None = None
    reroute: bool = False
    proxied: tuple[Ip, int | None] | None = None
    notes: tuple[str, ...] = ()
