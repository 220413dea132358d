"""What belongs to a node or a namespace as a whole."""

from typing import Final, NamedTuple

from podpath.state.address import Ip
from podpath.state.column import (
    AddressText,
    CounterName,
    Explanation,
    FactValue,
    FeatureName,
    Interface,
    NetworkName,
    NodeName,
    PlaceName,
    SysctlName,
    SysctlValue,
    Word,
)
from podpath.state.table import table


@table(
    "fact",
    key="name",
    same="*",
    agree="value",
    only="name IN ('hostname', 'kernel', 'machine-id')",
    listing="hostname; cat /etc/machine-id; uname -r",
)
class Fact(NamedTuple):
    """One word that a node says of itself.

    Attributes:
        name: hostname, machine-id, kernel.
        value: what the command printed.
    """

    name: Word
    value: FactValue


@table(
    "sysctl",
    once=True,
    key="name",
    same="*",
    agree="value",
    only="name NOT LIKE '%conntrack_count'",
    fleeting="true",
    command="sysctl {name}",
    listing="sysctl -a",
)
class Sysctl(NamedTuple):
    """A kernel setting (``sysctl -a``, ``/proc/sys``).

    Attributes:
        name: dotted name; a dot inside an interface name is written as ``/`` (sysctl(8)).
        value: what the kernel printed.
    """

    name: SysctlName
    value: SysctlValue


@table("counter", same="name", incomparable="they count", command="nstat -asz {name}", listing="nstat -asz")
class Counter(NamedTuple):
    """A protocol counter of a namespace (``/proc/net/snmp``, ``/proc/net/netstat``, ``nstat``).

    Attributes:
        name: group and name in one word, as nstat(8) writes it (``IpForwDatagrams``).
        value: events since the namespace was made.
    """

    name: CounterName
    value: int


@table(
    "feature",
    key="dev name",
    same="*",
    agree="on",
    volatile="fixed",
    fleeting="true",
    command="ethtool -k {dev}",
    listing="ethtool -k DEV",
)
class Feature(NamedTuple):
    """An offload of a device (``ethtool -k``).

    Attributes:
        dev: interface name.
        name: feature, as ethtool(8) names it.
        on: it is switched on.
        fixed: it cannot be changed.
    """

    dev: Interface
    name: FeatureName
    on: bool
    fixed: bool = False


@table(
    "socket",
    arbitrary="process recv_queue send_queue",
    key="proto family local local_port dev",
    volatile="process recv_queue send_queue remote remote_port transparent",
    only="remote_port IS NULL AND coalesce(state, '') IN ('LISTEN', 'UNCONN')",
    fleeting="state = 'UNCONN' AND local_port >= 32768",
    listing="ss -tulnp",
)
class Socket(NamedTuple):
    """A socket of a namespace (``ss -tuanp``, ``netstat -lnp``).

    Attributes:
        proto: tcp, udp, sctp, raw … with a trailing 6 only where the tool prints it.
        state: LISTEN, ESTAB, UNCONN …
        family: 4 or 6; a 6 socket with the address ``::`` may serve both.
        local: address the socket is bound to; none means any.
        local_port: port the socket is bound to.
        remote: address of the peer; none means any.
        remote_port: port of the peer.
        dev: device the socket is bound to.
        process: owning process, as printed.
        recv_queue: bytes waiting, or connections waiting in a listener.
        send_queue: bytes unsent, or the backlog of a listener.
        transparent: it takes packets for addresses of others (IP_TRANSPARENT of ip(7)), or None if it is not known.
    """

    proto: Word
    state: Word
    family: int
    local: Ip | None
    local_port: int | None
    remote: Ip | None = None
    remote_port: int | None = None
    dev: Interface | None = None
    process: str | None = None
    recv_queue: int | None = None
    send_queue: int | None = None
    transparent: bool | None = None


@table(
    "resolver",
    same="keyword value",
    volatile="address",
    whole=True,
    command="cat /etc/resolv.conf",
    listing="cat /etc/resolv.conf",
)
class Resolver(NamedTuple):
    """A line of resolv.conf(5).

    Attributes:
        keyword: nameserver, search, domain, options or sortlist.
        value: the rest of the line.
        address: the address, for a nameserver.
    """

    keyword: Word
    value: AddressText
    address: Ip | None = None


@table("pod_network", key="family", same="*", agree="subnet subnet_len mtu", listing="cat /run/flannel/subnet.env")
class PodNetwork(NamedTuple):
    """A network that a CNI says is this node's (``/run/flannel/subnet.env``).

    Attributes:
        family: 4 or 6.
        network: first address of the whole cluster's pod network.
        network_len: its prefix length.
        subnet: this node's gateway address in its own part.
        subnet_len: prefix length of that part.
        mtu: MTU that pods should have, in bytes.
        ipmasq: flannel masquerades what leaves the pod network.
    """

    family: int
    network: Ip | None
    network_len: int | None
    subnet: Ip
    subnet_len: int
    mtu: int | None = None
    ipmasq: bool | None = None


@table("cni_plugin", key="network position", listing="cat /etc/cni/net.d/*")
class CniPlugin(NamedTuple):
    """A plugin of a CNI network configuration (the CNI specification's conflist).

    Attributes:
        network: name of the network.
        position: place in the chain, from 0.
        type: name of the plugin.
        bridge: bridge the plugin uses.
        mtu: MTU it sets, in bytes.
        hairpin: it sets hairpin mode on its ports.
        is_gateway: its bridge is the gateway.
        ip_masq: it masquerades.
        subnet: first address of the subnet given by its IPAM part.
        subnet_len: prefix length of that subnet.
    """

    network: NetworkName
    position: int
    type: Word
    bridge: Interface | None = None
    mtu: int | None = None
    hairpin: bool | None = None
    is_gateway: bool | None = None
    ip_masq: bool | None = None
    subnet: Ip | None = None
    subnet_len: int | None = None


@table("netns_name", same="name", incomparable="the namespaces themselves are compared", listing="ip netns list")
class NetnsName(NamedTuple):
    """A named network namespace (``ip netns list``, ``ip netns list-id``).

    Attributes:
        name: name in /run/netns; empty where only the id is known.
        nsid: identifier that this namespace gives to it.
    """

    name: PlaceName
    nsid: int | None = None


@table("ruleset", once=True, key="form", listing="iptables-save -c; nft list ruleset")
class Ruleset(NamedTuple):
    """A filter ruleset that was recognised, kept whole, and counted; its meaning is not read here.

    Attributes:
        form: iptables, ip6tables, ebtables, arptables, nft, ipset, or recent (lists of ``-m recent``).
        chains: chains in it; sets, for ipset; lists, for recent.
        rules: rules in it; members, for ipset and recent.
        opaque: it holds a rule, or a chain whose policy is not ACCEPT.
    """

    form: Word
    chains: int
    rules: int
    opaque: bool


@table("netns_id", incomparable="the kernel gives these numbers as they are asked for", listing="ip netns list-id")
class NetnsId(NamedTuple):
    """The identifier that a namespace gives to another one (``link-netnsid``, ``ip netns list-id``).

    Attributes:
        nsid: identifier.
        inode: number of the other namespace (``netns.inode``).
    """

    nsid: int
    inode: int


@table("netns_holder", incomparable="processes come and go", listing="lsns -t net")
class NetnsHolder(NamedTuple):
    """What keeps a namespace alive (``lsns -t net``, ``/proc/PID/ns/net``, ``/run/netns``).

    Attributes:
        kind: process, mount or descriptor.
        name: name of the process, path of the mount, or the descriptor's ``/proc`` path.
        pid: process.
    """

    kind: Word
    name: PlaceName
    pid: int | None = None


EBTABLES: Final = "ebtables"
"""Part of the rulesets that is missing where modules of the old ebtables are loaded."""
EBTABLES_LOOK: Final = "ebtables-legacy-save"


@table("missing", incomparable="what a capture lacks is reported as unknown")
class Missing(NamedTuple):
    """Something that could not be read when a node was captured.

    Attributes:
        what: what is missing, and why.
        command: the command that would show it.
        table: table that lacks it; ``netns`` for a namespace as a whole, or None if it is no single one.
        part: part of that table.
    """

    what: Explanation
    command: str
    table: Word | None = None
    part: Word | None = None


@table("capture", incomparable="it says when the snapshot was taken")
class Capture(NamedTuple):
    """When and how a node was captured, or why it was not.

    Attributes:
        way: podpath (podpath ran on the node), script (its shell script did), or None if nothing came of it.
        target: what ssh was given to reach it, the pod of the network that was asked, or None for the machine that podpath itself
            ran on, and where nobody was asked.
        began: when it was begun, in seconds since 1970, by the clock of the machine that collected.
        ended: when all was read, likewise.
        clock: seconds by which the node's clock is ahead of that machine's.
        clock_error: seconds by which that may be wrong.
        problem: why nothing, or not all, was read, in the words of ssh or kubectl, or None if all is there.
    """

    way: Word | None
    target: NodeName | None
    began: float
    ended: float
    clock: float | None = None
    clock_error: float | None = None
    problem: Explanation | None = None
