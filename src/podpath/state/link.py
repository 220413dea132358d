"""Network devices and their addresses, as rtnetlink(7) holds them."""

from typing import Final, NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import Interface, KeyText, Numbers, PlaceName, Word
from podpath.state.table import table


@table(
    "link",
    once=True,
    arbitrary="ifindex peer_index peer_netns alias peer_netns_name",
    key="name",
    same="*",
    agree="mac ifindex mtu master up",
    volatile="ifindex operstate flags peer_index peer_netns peer_netns_name",
    command="ip -d link show {name}",
    listing="ip -d link show",
)
class Link(NamedTuple):
    """A network device (``ip -d link show``).

    Attributes:
        name: interface name, unique in its namespace.
        ifindex: interface index, unique in its namespace.
        kind: driver kind as ``ip -d link`` prints it (veth, bridge, vxlan …).
        mac: link-layer address.
        mtu: largest payload of a frame, in bytes.
        up: administratively up (IFF_UP).
        carrier: the lower layer is connected (IFF_LOWER_UP, IFF_RUNNING).
        operstate: operational state of RFC 2863 (UP, DOWN, UNKNOWN, LOWERLAYERDOWN …).
        flags: interface flags, comma-separated, as printed.
        master: name of the device this one is enslaved to.
        parent: name of the lower or peer device in the same namespace (``@name``).
        peer_index: ifindex of the lower or peer device (``@ifN``).
        peer_netns: netns id that ``peer_index`` belongs to (``link-netnsid``); none means this namespace.
        alias: free text set with ``ip link set … alias``.
        peer_netns_name: name below ``/run/netns`` of the namespace that ``peer_index`` belongs to (``link-netns``).
    """

    name: Interface
    ifindex: int | None = None
    kind: Word | None = None
    mac: Mac | None = None
    mtu: int | None = None
    up: bool | None = None
    carrier: bool | None = None
    operstate: Word | None = None
    flags: Word | None = None
    master: Interface | None = None
    parent: Interface | None = None
    peer_index: int | None = None
    peer_netns: int | None = None
    alias: str | None = None
    peer_netns_name: PlaceName | None = None

    @property
    def peer_elsewhere(self) -> bool:
        """The lower or peer device is in another namespace."""
        return self.peer_netns is not None or self.peer_netns_name is not None


@table(
    "vxlan",
    once=True,
    key="name",
    same="*",
    agree="vni port local",
    command="ip -d link show {name}",
    listing="ip -d link show type vxlan",
)
class Vxlan(NamedTuple):
    """What a VXLAN device was made with (``ip -d link show type vxlan``; RFC 7348).

    Attributes:
        name: interface name.
        vni: VXLAN network identifier.
        port: UDP destination port.
        local: source address of the outer packet.
        lower: name of the device the outer packet leaves by.
        remote: default destination, unicast or group.
        learning: the device learns senders into its forwarding table.
        external: VNI and destination come with each packet (collect_metadata).
        df: whether the outer packet must not be cut: set, inherit (as the inner one), or None if it may be (IPv4).
    """

    name: Interface
    vni: int | None = None
    port: int | None = None
    local: Ip | None = None
    lower: Interface | None = None
    remote: Ip | None = None
    learning: bool | None = None
    external: bool | None = None
    df: Word | None = None


@table(
    "tunnel",
    once=True,
    key="name",
    same="*",
    agree="local remote key",
    command="ip -d link show {name}",
    listing="ip -d link show",
)
class Tunnel(NamedTuple):
    """Ends of a point-to-point or multipoint tunnel other than VXLAN (ip-tunnel(8)).

    Attributes:
        name: interface name.
        kind: ipip, sit, gre, gretap, ip6tnl, geneve, vti …
        local: source address of the outer packet.
        remote: destination of the outer packet; none means that the route's next hop is it.
        key: key or network identifier.
        port: UDP destination port, where the kind has one.
        lower: name of the device the outer packet leaves by.
        df: GENEVE: whether the outer packet must not be cut, as of VXLAN; others: inherit where ``nopmtudisc`` is set.
    """

    name: Interface
    kind: Word
    local: Ip | None = None
    remote: Ip | None = None
    key: int | None = None
    port: int | None = None
    lower: Interface | None = None
    df: Word | None = None


@table(
    "bridge",
    once=True,
    key="name",
    same="*",
    volatile="bridge_id",
    command="ip -d link show {name}",
    listing="ip -d link show type bridge",
)
class Bridge(NamedTuple):
    """Settings of a bridge (``ip -d link show type bridge``, ``brctl show``).

    Attributes:
        name: interface name.
        bridge_id: priority and MAC, as ``8000.02422990970c``.
        stp: the spanning tree protocol runs.
        vlan_filtering: frames are filtered by VLAN.
        ageing: lifetime of a learned entry, in seconds.
        nf_call_iptables: this bridge alone hands IPv4 frames to iptables.
    """

    name: Interface
    bridge_id: Numbers | None = None
    stp: bool | None = None
    vlan_filtering: bool | None = None
    ageing: float | None = None
    nf_call_iptables: bool | None = None


@table(
    "bridge_port",
    once=True,
    arbitrary="number",
    key="name",
    same="*",
    agree="master hairpin",
    volatile="number",
    command="bridge -d link show dev {name}",
    listing="bridge -d link show",
)
class BridgePort(NamedTuple):
    """A port of a bridge (``bridge -d link show``, ``brctl showstp``).

    Attributes:
        name: interface name of the port.
        master: name of the bridge.
        number: port number in the bridge.
        state: disabled, listening, learning, forwarding or blocking.
        hairpin: a frame may leave through the port that it arrived on.
        isolated: frames do not pass between isolated ports.
        learning: senders are learned.
        flood: frames for unknown addresses leave by this port.
        neigh_suppress: ARP and ND are answered by the bridge.
    """

    name: Interface
    master: Interface
    number: int | None = None
    state: Word | None = None
    hairpin: bool | None = None
    isolated: bool | None = None
    learning: bool | None = None
    flood: bool | None = None
    neigh_suppress: bool | None = None


@table(
    "bridge_vlan",
    once=True,
    key="name vlan vlan_end",
    same="name vlan",
    command="bridge vlan show dev {name}",
    listing="bridge vlan show",
)
class BridgeVlan(NamedTuple):
    """A VLAN allowed on a bridge port (``bridge vlan show``).

    Attributes:
        name: interface name of the port, or of the bridge itself.
        vlan: first VLAN id of the range.
        vlan_end: last VLAN id of the range.
        pvid: untagged frames are put into this VLAN.
        untagged: frames of this VLAN leave without a tag.
    """

    name: Interface
    vlan: int
    vlan_end: int
    pvid: bool = False
    untagged: bool = False


@table("link_counters", same="name", incomparable="they count", command="ip -s -s link show {name}", listing="ip -s -s link show")
class LinkCounters(NamedTuple):
    """Packet counters of a device since it was made (``ip -s -s link``, ``/proc/net/dev``).

    Attributes:
        name: interface name.
        rx_packets: packets received.
        rx_bytes: bytes received.
        rx_errors: packets received broken.
        rx_dropped: packets received and dropped.
        rx_missed: packets lost for want of buffers.
        rx_otherhost: packets received for another MAC.
        tx_packets: packets sent.
        tx_bytes: bytes sent.
        tx_errors: packets that could not be sent.
        tx_dropped: packets dropped before sending.
        tx_carrier: packets lost to a missing carrier.
        collisions: collisions seen.
    """

    name: Interface
    rx_packets: int | None = None
    rx_bytes: int | None = None
    rx_errors: int | None = None
    rx_dropped: int | None = None
    rx_missed: int | None = None
    rx_otherhost: int | None = None
    tx_packets: int | None = None
    tx_bytes: int | None = None
    tx_errors: int | None = None
    tx_dropped: int | None = None
    tx_carrier: int | None = None
    collisions: int | None = None


@table(
    "address",
    once=True,
    key="dev address length",
    same="dev address",
    agree="length",
    volatile="family flags",
    command="ip address show {dev}",
    listing="ip address show",
)
class Address(NamedTuple):
    """An address of a device (``ip address show``).

    Attributes:
        dev: interface name.
        family: 4 or 6.
        address: the address itself.
        length: prefix length.
        scope: global, link, host, site.
        flags: comma-separated flags (secondary, tentative, dadfailed, deprecated, dynamic …).
        label: label, where it differs from the interface name.
        peer: address of the other end of a point-to-point link.
    """

    dev: Interface
    family: int
    address: Ip
    length: int
    scope: Word | None = None
    flags: Word | None = None
    label: Interface | None = None
    peer: Ip | None = None


@table("wireguard_peer", key="dev peer family allowed allowed_len", command="wg show {dev}", listing="wg show")
class WireguardPeer(NamedTuple):
    """A prefix that a WireGuard device exchanges with one of its peers (``wg show``; wg(8)).

    Attributes:
        dev: interface name.
        peer: public key of the peer.
        endpoint: address that packets for the peer are sent to.
        endpoint_port: UDP port there.
        family: 4 or 6, of the prefix.
        allowed: first address of an allowed prefix, or None if the peer has none.
        allowed_len: its length.
    """

    dev: Interface
    peer: KeyText
    endpoint: Ip | None = None
    endpoint_port: int | None = None
    family: int | None = None
    allowed: Ip | None = None
    allowed_len: int | None = None


@table(
    "vlan", once=True, key="name", same="*", agree="vlan", command="ip -d link show {name}", listing="ip -d link show type vlan"
)
class Vlan(NamedTuple):
    """A VLAN device over another one (``ip -d link show type vlan``; IEEE 802.1Q).

    Attributes:
        name: interface name.
        vlan: VLAN id.
        protocol: 802.1Q or 802.1ad.
    """

    name: Interface
    vlan: int
    protocol: Word | None = None


@table(
    "macvlan",
    once=True,
    key="name",
    same="*",
    agree="mode",
    command="ip -d link show {name}",
    listing="ip -d link show type macvlan",
)
class Macvlan(NamedTuple):
    """A device with a MAC of its own on another one (``ip -d link show type macvlan``).

    Attributes:
        name: interface name.
        mode: private, vepa, bridge, passthru or source.
    """

    name: Interface
    mode: Word | None = None


@table(
    "ipvlan",
    once=True,
    key="name",
    same="*",
    agree="mode",
    command="ip -d link show {name}",
    listing="ip -d link show type ipvlan",
)
class Ipvlan(NamedTuple):
    """A device with addresses of its own and the MAC of another one (``ip -d link show type ipvlan``).

    Attributes:
        name: interface name.
        mode: l2, l3 or l3s.
        flag: bridge, private or vepa.
    """

    name: Interface
    mode: Word | None = None
    flag: Word | None = None


@table("bond", once=True, key="name", same="*", command="ip -d link show {name}", listing="ip -d link show type bond")
class Bond(NamedTuple):
    """Several devices as one (``ip -d link show type bond``).

    Attributes:
        name: interface name.
        mode: balance-rr, active-backup, 802.3ad …
        active: the port in use, in active-backup mode.
    """

    name: Interface
    mode: Word | None = None
    active: Interface | None = None


@table("vrf", once=True, key="name", same="*", command="ip -d link show {name}", listing="ip -d link show type vrf")
class Vrf(NamedTuple):
    """A device whose ports use a routing table of their own (``ip -d link show type vrf``).

    Attributes:
        name: interface name.
        table: number of the routing table.
    """

    name: Interface
    table: int


@table("qdisc", arbitrary="handle", volatile="handle", whole=True, command="tc qdisc show dev {dev}", listing="tc qdisc show")
class Qdisc(NamedTuple):
    """A queueing discipline (``tc qdisc show``).

    Attributes:
        dev: interface name.
        kind: noqueue, fq_codel, clsact, ingress, tbf, netem …
        handle: its handle, as tc prints it (``ffff:``).
        parent: root, or the handle that it hangs on.
    """

    dev: Interface
    kind: Word
    handle: Numbers | None = None
    parent: Numbers | None = None


@table("program", arbitrary="id", key="dev hook name", volatile="id", listing="bpftool net")
class Program(NamedTuple):
    """A program or filter that decides over packets and cannot be read: XDP, tc, tcx (``bpftool net``, ``tc filter show``).

    Attributes:
        dev: interface name.
        hook: xdp, tc ingress, tc egress, tcx ingress or tcx egress.
        kind: driver, generic or offload for XDP; the classifier (bpf, u32, flower …) for tc; bpf for tcx.
        name: its name, where it has one.
        id: identifier of the BPF program.
        action: what a classifier does with a packet (mirred, drop, pedit …), where it says so itself.
    """

    dev: Interface
    hook: Word
    kind: Word
    name: str | None = None
    id: int | None = None
    action: Word | None = None


DETAILS: Final = (Vxlan, Tunnel, Bridge, BridgePort, Vlan, Macvlan, Ipvlan, Bond, Vrf)
"""Tables that the details of a device fill (``ip -d link``, IFLA_LINKINFO)."""
