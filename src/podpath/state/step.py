"""What happened to a packet at one place, typed by the part of the kernel that did it, with its facts as fields.

Sentences are made of them in one place, for people (:mod:`podpath.report.steps`); JSON, pictures and programs need none.
"""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.address import Ip, Mac


class Domain(StrEnum):
    """The part of the kernel that acted; the word stands in the right column of a trace, and in JSON as ``domain``."""

    ROUTE = "route"
    NEIGHBOUR = "neighbour"
    ANSWER = "answer"
    FDB = "fdb"
    DEVICE = "device"
    TUNNEL = "tunnel"
    UNDERLAY = "underlay"
    FRAGMENT = "fragment"
    NETFILTER = "netfilter"
    NAT = "nat"
    SOCKET = "socket"
    END = "end"


class RouteTaken(NamedTuple):
    """A route was taken (fib_lookup).

    Attributes:
        destination: address that was looked up.
        family: 4 or 6, of the prefix.
        prefix: first address of the entry's prefix.
        length: its length.
        local: the address is this host's own.
        via: next hop; none on the link.
        dev: device that it leaves by.
        onlink: the next hop is on the link whatever the addresses say.
        table: routing table, where it is none that is always asked.
        rule: priority of the rule that led to that table.
        redirected: a redirect named the next hop, not the entry.
        learned_mtu: path MTU in bytes that the next hop has learned.
    """

    destination: Ip
    family: int
    prefix: Ip
    length: int
    local: bool
    via: Ip | None
    dev: str | None
    onlink: bool
    table: str | None = None
    rule: int | None = None
    redirected: bool = False
    learned_mtu: int | None = None


class RouteMissing(NamedTuple):
    """No route led on, or one that refuses.

    Attributes:
        destination: address that was looked up.
        reason: why, in words.
    """

    destination: Ip
    reason: str = ""


class NeighbourFound(NamedTuple):
    """A next hop's link-layer address became known (neigh_resolve_output).

    Attributes:
        address: the next hop.
        mac: its link-layer address.
        state: state of the entry of the neighbour table that says so, or None if it was asked for.
        heard: it was learned from a request of that host itself.
        by_dev: device that answered, or None if nobody was asked.
        by_place: namespace and node of that device, in words.
        answers: hosts that answer; the last answer counts.
    """

    address: Ip
    mac: Mac
    state: str | None = None
    heard: bool = False
    by_dev: str | None = None
    by_place: str = ""
    answers: int = 1


class Answering(StrEnum):
    """Why a host answers for an address."""

    OWN = "own"
    PROXY_ARP = "proxy_arp"
    PROXY_ARP_PVLAN = "proxy_arp_pvlan"
    PROXY_ENTRY = "proxy entry"
    NEIGH_SUPPRESS = "neigh_suppress"


class NeighbourAnswered(NamedTuple):
    """A host answered a request for an address (arp_process, ndisc_recv_ns).

    Attributes:
        address: address that was asked for.
        dev: device that answers.
        why: its own address, or in another's name.
    """

    address: Ip
    dev: str
    why: Answering


class Told(StrEnum):
    """Whether the sender of a packet gets an error."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SenderTold(NamedTuple):
    """A host sent an error to the sender of a packet (icmp_send, tcp_v4_send_reset).

    Attributes:
        error: the error, in words.
        told: whether it arrives.
        reason: why it does not, in words.
    """

    error: str
    told: Told
    reason: str = ""


class Forwarded(NamedTuple):
    """A bridge knew where a MAC is (br_fdb_find_rcu).

    Attributes:
        mac: the MAC.
        dev: port that it is behind; the bridge for its own.
        local: it is an address of the bridge.
        learned: the bridge learned it from a frame of this trace.
    """

    mac: Mac
    dev: str
    local: bool = False
    learned: bool = False


class Flooded(NamedTuple):
    """A bridge sent a frame by all ports (br_flood).

    Attributes:
        dev: the bridge.
    """

    dev: str


class RemoteFound(NamedTuple):
    """A tunnel device knew which node a MAC is on (vxlan_find_mac).

    Attributes:
        mac: the MAC, or None for every unknown one, or for the device's default destination.
        remote: address of the node.
        learned: the device learned it from a frame of this trace.
        default: it is the device's default destination.
        dev: the device.
    """

    mac: Mac | None
    remote: Ip
    learned: bool = False
    default: bool = False
    dev: str = ""


class Encapsulated(NamedTuple):
    """A tunnel device put a packet into another one.

    Attributes:
        kind: vxlan, wireguard, ipip, gre …
        source: source of the outer packet.
        remote: its destination.
        port: UDP port, where the kind has one.
        key: network identifier or key, where it has one.
    """

    kind: str
    source: Ip
    remote: Ip
    port: int | None = None
    key: int | None = None


class Decapsulated(NamedTuple):
    """A tunnel device took a packet out of another one.

    Attributes:
        dev: the device.
        kind: vxlan, wireguard, ipip, gre …
        key: network identifier, where it has one.
        port: UDP port, where the device takes all identifiers of it.
    """

    dev: str
    kind: str
    key: int | None = None
    port: int | None = None


class Bypassed(NamedTuple):
    """A tunnel's other end is this host itself: nothing was put into another packet (vxlan_encap_bypass).

    Attributes:
        remote: address of the other end.
        dev: device that gets the frame.
    """

    remote: Ip
    dev: str


class DeviceCrossed(NamedTuple):
    """A device gave the frame to another one.

    Attributes:
        kind: veth, vlan, macvlan, ipvlan, bond.
        dev: the device.
        peer: other end, device below, or port.
        place: where that is, in words; empty where it is in the same namespace.
        mode: mode of a macvlan or ipvlan; id of a VLAN.
        sibling: what the frame is for stands on the same device, as this text says: an address, or a MAC.
    """

    kind: str
    dev: str
    peer: str
    place: str = ""
    mode: str | None = None
    sibling: str | None = None


class UnderlayCrossed(NamedTuple):
    """The network between the nodes carried the frame.

    Attributes:
        dev: device that gets it.
        node: node of that device.
        gateways: hosts that were not captured sent it on.
    """

    dev: str
    node: str
    gateways: bool = False


class Fragmented(NamedTuple):
    """A packet was cut into pieces (ip_fragment).

    Attributes:
        length: its length, in bytes.
        mtu: MTU of the device, in bytes.
        dev: the device.
    """

    length: int
    mtu: int
    dev: str


class RuleMatched(NamedTuple):
    """A rule or a policy decided (nf_hook_slow).

    Attributes:
        hook: hook that it was asked at.
        rule: the rule, in words.
        verdict: what it says.
    """

    hook: str
    rule: str
    verdict: str


class RuleNoted(NamedTuple):
    """What else is worth saying of the rules that a packet met.

    Attributes:
        note: it, in words.
    """

    note: str


class AddressTranslated(NamedTuple):
    """An address of the packet was replaced (nf_nat_packet, ip_vs_nat_xmit).

    Attributes:
        hook: hook that it happened at; the scheduler, for IPVS.
        end: source or destination.
        before: address before.
        after: address after.
        ipvs: IPVS did it.
    """

    hook: str
    end: str
    before: Ip
    after: Ip
    ipvs: bool = False


class SocketFound(NamedTuple):
    """A socket takes the packet (__inet_lookup, udp4_lib_lookup).

    Attributes:
        address: address that it is bound to, or None for any.
        port: its port.
        process: who holds it, as printed.
    """

    address: Ip | None
    port: int | None
    process: str | None = None


class SentByProcess(NamedTuple):
    """A process took the packet apart, and sent the same from a socket of its own, or gave an answer back (slirp4netns(1)).

    Attributes:
        program: the process.
        pid: its number; none for an answer.
    """

    program: str
    pid: int | None = None


class Ended(NamedTuple):
    """The path ends here.

    Attributes:
        reason: how, in words.
    """

    reason: str


Facts = (
    RouteTaken | RouteMissing | NeighbourFound | NeighbourAnswered | SenderTold | Forwarded | Flooded | RemoteFound | Encapsulated
    | Decapsulated | Bypassed | DeviceCrossed | UnderlayCrossed | Fragmented | RuleMatched | RuleNoted | AddressTranslated
    | SocketFound | SentByProcess | Ended
)  # fmt: skip
"""The kinds of steps: a closed union, so that mypy reports code that does not handle a new one."""

_DOMAINS: dict[type, Domain] = {
    RouteTaken: Domain.ROUTE, RouteMissing: Domain.ROUTE, NeighbourFound: Domain.NEIGHBOUR, NeighbourAnswered: Domain.ANSWER,
    SenderTold: Domain.ANSWER, Forwarded: Domain.FDB, Flooded: Domain.FDB, RemoteFound: Domain.FDB, Encapsulated: Domain.TUNNEL,
    Decapsulated: Domain.TUNNEL, Bypassed: Domain.TUNNEL, DeviceCrossed: Domain.DEVICE, UnderlayCrossed: Domain.UNDERLAY,
    Fragmented: Domain.FRAGMENT, RuleMatched: Domain.NETFILTER, RuleNoted: Domain.NETFILTER, AddressTranslated: Domain.NAT,
    SocketFound: Domain.SOCKET, SentByProcess: Domain.SOCKET, Ended: Domain.END,
}  # fmt: skip


def domain_of(facts: Facts) -> Domain:
    """Return the part of the kernel that acted."""
    return _DOMAINS[type(facts)]
