"""What the text in a column is, said at the column: redaction lets out what is declared public here, and nothing else.

A plain ``str`` is private: redaction leaves it out. Numbers, addresses and MACs have types of their own.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Final


@dataclass(frozen=True, slots=True)
class Public:
    """Text that says nothing of anybody, as long as it has this form.

    Attributes:
        form: regular expression that each of its words, split at commas and blanks, matches as a whole.
        prefix: what matches at the beginning of a text stays where the rest does not.
    """

    form: str
    prefix: bool = False

    def allows(self, text: str) -> bool:
        """Say whether a text has the form."""
        found = re.compile(self.form)
        return all(found.fullmatch(word) for word in re.split(r"[,\s]+", text) if word)

    def beginning(self, text: str) -> str:
        """Return what at the beginning of a text has the form; nothing where nothing has."""
        found = re.match(self.form, text)
        return found[0] if found is not None and self.prefix else ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that somebody gave: another one stands for it, the same one everywhere.

    Attributes:
        word: what the other name is made of; names of one word are distinguished together.
    """

    word: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Pairs of names as ``key=value``, comma-separated; another name stands for each."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """A label selector (:mod:`podpath.state.selector`); another name stands for each label and value."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses, prefixes and ranges in text; what is none of them is left out."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The dotted name of a kernel setting, which may hold the name of a device (sysctl(8))."""


@dataclass(frozen=True, slots=True)
class Part:
    """What :class:`podpath.state.evidence.Coverage` limits a table to: a public word, a setting, or somebody's name."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of any column, as text: addresses stand in it as numbers."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Text whose meaning another column tells.

    Attributes:
        by: that column.
        of: what is declared of the text, by values of that column; of other values nothing leaves.
    """

    by: str
    of: tuple[tuple[str, "Privacy"], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The text of an output: kept for rulesets alone, with all names and addresses in it replaced."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of podpath's or of another program: that there was one stays."""


Privacy = Public | Name | Labels | Selectors | Addresses | Setting | Part | Value | Chosen | Rules | Sentence

# The kernel's and the tools' own words: kinds of devices, states, flags, protocols, tables, drivers, policies.
_WORDS: Final = """
802.1ad 802.1q 802.3ad abort accept accept_local active active-backup admin adminnetworkpolicy alloc allow always answered
antrea arping arptables asis assumed assured aws-cni azure-vnet balance-alb balance-rr balance-tlb balance-xor bandwidth
baseline baselineadminnetworkpolicy basic bird blackhole block blocked blocking bond boot bpf bridge bridge_slave broadcast
cake calico calico-ipam caliconetworkpolicy cgroup cilium-cni class clientip close close-wait close_wait closing clsact cluster
clusterip clusternetworkpolicy complete completed confirmed container containercreating containerd cpu-map crashloopbackoff
created cri-o cronjob curl dadfailed daemonset dead default deferred delay deny deployment deprecated descriptor destination
dhcp dig disabled docker domain dormant down driver drop dst dst_nat dst_nat_done dummy dying dynamic ebtables egress
egress-v4-cni eigrp ematch errimagepull error erspan esp estab established evicted exited extern_learn externalname failed fdb
file filter fin-wait-1 fin-wait-2 fin_wait firewall fixed_addr flannel flower forwarding fq fq_codel fw fwd fwm generic geneve
gke global globalnetworkpolicy globalnetworkset goto gre gretap gro hashed healthy helper hold home host host-device host-gw
host-local hostname hsr htb hw icmp icmp6 icmpv6 ifb imagepullbackoff in incomplete ingress inherit init ip ip6_vti ip6erspan
ip6gre ip6gretap ip6tables ip6tnl ipip ipset iptables iptables-save ipvlan ipvtap isis isolated job json keepalived kernel
kube-router l2 l3 l3s label last-ack last_ack lblc lblcr lc learning link linkdown listen listening loadbalancer local log
lookup loop loopback lower_up lowerlayerdown lxc machine-id macsec macvlan macvtap main manageaddr managed mangletmpaddr manual
masq master matchall mirred mount mq mqueue mtr multicast multipath multus named nameserver namespace nat nc nest netem netkit
netns networkpolicy networkset nft nhg no no-carrier noarp nocache nodad node nodemap nodeport nomaster none noop nop
noprefixroute noqueue notpresent notready nowhere nslookup null offload offloaded ok onlink optimistic options ospf out overlay
ovn-k8s-cni-overlay pass passing passthru pasta paused pedit peer pending permanent pervasive pfifo_fast pid pids ping pod
podman podpath pointopoint police portmap prio private probe proc process prohibit promisc proxy ptp ra raw raw6 rdma reachable
ready real recent redirect removing replicaset replicationcontroller replied reset restarting rip route router rr rrp rto
ruleset running sbr script sctp sctp6 search secondary sed seen_reply self self-twice set sh shell shot silent sit site skip
slave slirp4netns sortlist source src src_nat src_nat_done stable-privacy stale statefulset static sticky stopped succeeded
swarm syn-recv syn-sent syn_recv syn_sent tbf tc tcp tcp6 tcpdump tcx team telnet temporary tentative terminating testing text
throw time-wait time_wait tracepath traceroute trap tun tuning tunnel u32 udp udp6 udplite unassured unconn unhealthy unicast
unix unknown unless-stopped unreachable unreplied unspec up use vcan vepa veth vlan vrf vti vxlan weave-net wg wget wireguard
wlc wrr xdp xresolve yes zebra zone
""".split()  # noqa: SIM905 - a list of words reads best as one
_KINDS: Final = """
amt bareudp batadv bond bridge can dummy erspan geneve gre gretap gtp hsr ifb ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap
lowpan macsec macvlan macvtap netdevsim netkit nlmon openvswitch rmnet sit tap team tun vcan veth virt_wifi vlan vrf vti vti6
vxlan wireguard wwan xfrm
""".split()  # noqa: SIM905 - as above
DEVICE_KINDS: Final = frozenset(_KINDS)
"""Kinds of devices, as ``ip -d link`` prints them."""
VOCABULARY: Final = DEVICE_KINDS | frozenset(_WORDS)
WORD: Final = rf"(?i:{'|'.join(re.escape(word) for word in sorted(VOCABULARY, key=len, reverse=True))})|[-0-9.:/x]+|0x[0-9a-f]+"

Word = Annotated[str, Public(WORD)]
"""Words of the kernel or of a tool, out of a closed list, and numbers; several are separated by commas."""
Numbers = Annotated[str, Public(r"[-0-9.:/x;]+|[0-9a-f]+:[0-9a-f]*")]
"""Numbers, ranges and handles."""
Interface = Annotated[str, Name("dev")]
"""Name of a network device. Names that programs give by rule (``eth0``, ``docker0``) stay."""
NodeName = Annotated[str, Name("node")]
"""Name of a node, or of a host."""
PlaceName = Annotated[str, Name("space")]
"""Name of a container, pod or network namespace."""
Identifier = Annotated[str, Name("id")]
"""Identifier of a container, pod or network."""
ImageName = Annotated[str, Name("image")]
NetworkName = Annotated[str, Name("network")]
ServiceName = Annotated[str, Name("service")]
KubeNamespace = Annotated[str, Name("namespace")]
PortName = Annotated[str, Name("port")]
"""Name of a port; a number stays."""
TableName = Annotated[str, Name("table")]
"""Routing table; the kernel's own names and numbers stay."""
FileName = Annotated[str, Name("file")]
LabelName = Annotated[str, Name("label")]
KeyText = Annotated[str, Name("key")]
"""A public key."""
LabelText = Annotated[str, Labels()]
SelectorText = Annotated[str, Selectors()]
ExpressionText = Annotated[str, Public(r"\*|all\(\)")]
"""A selector of Calico; ``*`` is none. It is left out where it names anything."""
PortsText = Annotated[str, Public(r"\*|[-0-9]+")]
"""Ports, ranges and names of ports; ``*`` is all."""
PolicyName = Annotated[str, Name("policy")]
AddressText = Annotated[str, Addresses()]
SysctlName = Annotated[str, Setting()]
SysctlValue = Annotated[str, Public(r"[-0-9]+|cubic|bbr|reno|fq|fq_codel|pfifo_fast|mq|noqueue|off|on|\(none\)")]
_COUNTER: Final = r"(?:(?:Ip|Icmp|Tcp|Udp|UdpLite|IcmpMsg)6?(?:Ext)?|MPTcp(?:Ext)?|nf_conntrack|insert|search)[A-Za-z0-9_]*"
CounterName = Annotated[str, Public(_COUNTER)]
"""A counter of SNMP's groups (nstat(8))."""
_EVENTS: Final = "neighbour-table-full|conntrack-table-full|martian-source|own-mac-received|duplicate-address|listen-queue-full"
KernelEvent = Annotated[str, Public(_EVENTS)]
"""What a message of the kernel's log says, out of a closed list."""
_PROBLEMS: Final = (
    "network-not-configured|plugin-missing|flannel-not-running|calico-not-running|cilium-not-running|weave-not-running|plugin-unauthorized|"
    "api-unreachable|bridge-address|addresses-used-up|no-address-range|network-setup-failed|rules-not-written"
)
AgentProblem = Annotated[str, Public(_PROBLEMS)]
"""What a program of a cluster could not do, out of a closed list."""
BgpState = Annotated[str, Public("idle|connect|active|opensent|openconfirm|established|passive|down")]
"""State of a BGP session (RFC 4271), in small letters."""
_FEATURE: Final = (
    r"(?:tx|rx|tcp|udp|generic|scatter|large|ntuple|receive|highdma|vlan|loopback|esp|tls|l2|hw|macsec|hsr|fcoe|netns|busy|sctp"
    r"|fraglist|gso|gro|lro|rxvlan|txvlan|rxhash|ufo)[a-z0-9-]*"
)
FeatureName = Annotated[str, Public(_FEATURE)]
"""An offload, as ethtool(8) names it."""
FactValue = Annotated[str, Chosen("name", (
    ("hostname", Name("node")), ("machine-id", Name("id")), ("kernel", Public(r"\d+\.\d+(?:\.\d+)?", prefix=True)),
))]  # fmt: skip
ContradictedValue = Annotated[str, Value()]
CoveredPart = Annotated[str, Part()]
OutputText = Annotated[str, Rules()]
Explanation = Annotated[str, Sentence()]
