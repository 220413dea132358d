"""What belongs to a node or a namespace as a whole."""

from typing import Final, NamedTuple

from podpath.state.address import Ip


class Fact(NamedTuple):
    """One word that a node says of itself.

    Attributes:
        name: hostname, machine-id, kernel.
        value: what the command printed.
    """

    name: str
    value: str


class Sysctl(NamedTuple):
    """A kernel setting (``sysctl -a``, ``/proc/sys``).

    Attributes:
        name: dotted name; a dot inside an interface name is written as ``/`` (sysctl(8)).
        value: what the kernel printed.
    """

    name: str
    value: str


class Counter(NamedTuple):
    """A protocol counter of a namespace (``/proc/net/snmp``, ``/proc/net/netstat``, ``nstat``).

    Attributes:
        name: group and name in one word, as nstat(8) writes it (``IpForwDatagrams``).
        value: events since the namespace was made.
    """

    name: str
    value: int


class Feature(NamedTuple):
    """An offload of a device (``ethtool -k``).

    Attributes:
        dev: interface name.
        name: feature, as ethtool(8) names it.
        on: it is switched on.
        fixed: it cannot be changed.
    """

    dev: str
    name: str
    on: bool
    fixed: bool = False


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
    """

    proto: str
    state: str
    family: int
    local: Ip | None
    local_port: int | None
    remote: Ip | None = None
    remote_port: int | None = None
    dev: str | None = None
    process: str | None = None
    recv_queue: int | None = None
    send_queue: int | None = None


class Resolver(NamedTuple):
    """A line of resolv.conf(5).

    Attributes:
        keyword: nameserver, search, domain, options or sortlist.
        value: the rest of the line.
        address: the address, for a nameserver.
    """

    keyword: str
    value: str
    address: Ip | None = None


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

    network: str
    position: int
    type: str
    bridge: str | None = None
    mtu: int | None = None
    hairpin: bool | None = None
    is_gateway: bool | None = None
    ip_masq: bool | None = None
    subnet: Ip | None = None
    subnet_len: int | None = None


class NetnsName(NamedTuple):
    """A named network namespace (``ip netns list``, ``ip netns list-id``).

    Attributes:
        name: name in /run/netns; empty where only the id is known.
        nsid: identifier that this namespace gives to it.
    """

    name: str
    nsid: int | None = None


class Ruleset(NamedTuple):
    """A filter ruleset that was recognised, kept whole, and counted; its meaning is not read here.

    Attributes:
        form: iptables, ip6tables, ebtables, arptables, nft, ipset, or recent (lists of ``-m recent``).
        chains: chains in it; sets, for ipset; lists, for recent.
        rules: rules in it; members, for ipset and recent.
        opaque: it holds a rule, or a chain whose policy is not ACCEPT.
    """

    form: str
    chains: int
    rules: int
    opaque: bool


class NetnsId(NamedTuple):
    """The identifier that a namespace gives to another one (``link-netnsid``, ``ip netns list-id``).

    Attributes:
        nsid: identifier.
        inode: number of the other namespace (``netns.inode``).
    """

    nsid: int
    inode: int


class NetnsHolder(NamedTuple):
    """What keeps a namespace alive (``lsns -t net``, ``/proc/PID/ns/net``, ``/run/netns``).

    Attributes:
        kind: process, mount or descriptor.
        name: name of the process, path of the mount, or the descriptor's ``/proc`` path.
        pid: process.
    """

    kind: str
    name: str
    pid: int | None = None


EBTABLES: Final = "rules of the old ebtables: whether there are any cannot be asked without making its tables"
"""What :class:`Missing` says where modules of the old ebtables are loaded."""
EBTABLES_LOOK: Final = "ebtables-legacy-save"


class Missing(NamedTuple):
    """Something that could not be read when a node was captured.

    Attributes:
        what: what is missing, and why.
        command: the command that would tell.
    """

    what: str
    command: str


class Capture(NamedTuple):
    """When and how a node was captured, or why it was not.

    Attributes:
        way: podpath (podpath ran on the node), script (its shell script did); none where nothing came of it.
        target: what ssh was given to reach it; none for the machine that podpath itself ran on.
        began: when it was begun, in seconds since 1970, by the clock of the machine that collected.
        ended: when all was read, likewise.
        clock: seconds by which the node's clock is ahead of that machine's.
        clock_error: seconds by which that may be wrong.
        problem: why nothing, or not all, was read, in ssh's own words; none where all is there.
    """

    way: str | None
    target: str | None
    began: float
    ended: float
    clock: float | None = None
    clock_error: float | None = None
    problem: str | None = None
