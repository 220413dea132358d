"""The program that made a chain and the purpose of the chain, by the names and comments that programs write.

The names are those of the programs' own sources and documents: kube-proxy (pkg/proxy/iptables, pkg/proxy/nftables), Docker
(libnetwork), Calico (felix/rules), kube-router, flannel, firewalld, ufw, and others that hosts of containers have.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from podpath.language import marked, tr
from podpath.walk.netfilter.interface import RuleHit


class Named(NamedTuple):
    """What a chain is.

    Attributes:
        owner: the program that writes it.
        purpose: what it is for.
        object: the service, policy or device that it is about, or None if it is not known.
    """

    owner: str
    purpose: str
    object: str | None = None


# The first pattern that fits the whole name counts; a group is the object.
_CHAINS: Final = tuple(
    (re.compile(pattern), owner, purpose)
    for pattern, owner, purpose in (
        (r"KUBE-SERVICES", "kube-proxy", marked("services by their addresses")),
        (r"KUBE-NODEPORTS", "kube-proxy", marked("services by node port")),
        (r"KUBE-EXTERNAL-SERVICES", "kube-proxy", marked("services by external address")),
        (r"KUBE-(?:EXT|XLB)-\w+", "kube-proxy", marked("traffic from outside to one service")),
        (r"KUBE-SVC-\w+", "kube-proxy", marked("choice of an endpoint of one service")),
        (r"KUBE-SVL-\w+", "kube-proxy", marked("choice of an endpoint of one service on this node")),
        (r"KUBE-SEP-\w+", "kube-proxy", marked("one endpoint of a service")),
        (r"KUBE-FW-\w+|KUBE-PROXY-FIREWALL", "kube-proxy", marked("allowed sources of a load balancer")),
        (r"KUBE-MARK-(?:MASQ|DROP)", "kube-proxy", marked("mark for POSTROUTING")),
        (r"KUBE-POSTROUTING", "kube-proxy", marked("masquerading of marked packets")),
        (r"KUBE-FORWARD|KUBE-PROXY-CANARY|KUBE-KUBELET-CANARY", "kube-proxy", marked("forwarding for services")),
        (r"KUBE-FIREWALL", "kubelet", marked("protection of the node")),
        (r"service-\w+-([^/]+/[^/]+/\w+/[^_]*)(?:__.*)?", "kube-proxy", marked("choice of an endpoint of one service")),
        (r"endpoint-\w+-([^/]+/[^/]+/\w+/[^_]*)__(?:.*)", "kube-proxy", marked("one endpoint of a service")),
        (r"external-\w+-([^/]+/[^/]+/\w+/[^_]*)(?:__.*)?", "kube-proxy", marked("traffic from outside to one service")),
        (r"firewall-\w+-([^/]+/[^/]+/\w+/[^_]*)(?:__.*)?", "kube-proxy", marked("allowed sources of a load balancer")),
        (r"DOCKER-USER", "Docker", marked("rules of the administrator, before Docker's own")),
        (r"DOCKER-ISOLATION-STAGE-[12]|DOCKER-INTERNAL", "Docker", marked("isolation of networks from one another")),
        (r"DOCKER-FORWARD|DOCKER-BRIDGE|DOCKER-CT", "Docker", marked("forwarding to and from containers")),
        (r"DOCKER-INGRESS", "Docker", marked("published ports of Swarm services")),
        (r"DOCKER_(?:OUTPUT|POSTROUTING)", "Docker", marked("its DNS server inside a container")),
        (r"DOCKER", "Docker", marked("published ports")),
        (r"cali-(?:fw|from-wl-dispatch)-?(.*)", "Calico", marked("packets from a pod")),
        (r"cali-(?:tw|to-wl-dispatch)-?(.*)", "Calico", marked("packets to a pod")),
        (r"cali-(?:fh|th|from-host-endpoint|to-host-endpoint).*", "Calico", marked("policy of the node itself")),
        (r"cali-p[io]-(.+)", "Calico", marked("one network policy")),
        (r"cali-pr[io]-(.+)", "Calico", marked("one profile (a namespace or service account)")),
        (r"cali-nat-outgoing", "Calico", marked("masquerading of packets that leave the pod network")),
        (r"cali-.*", "Calico", marked("its own steps")),
        (r"KUBE-ROUTER-(?:INPUT|FORWARD|OUTPUT|SERVICES)", "kube-router", marked("its part of the node's rules")),
        (r"KUBE-POD-FW-\w+", "kube-router", marked("policies of one pod")),
        (r"KUBE-NWPLCY-\w+", "kube-router", marked("one network policy")),
        (r"FLANNEL-(?:FWD|POSTRTG)", "flannel", marked("forwarding and masquerading of pods")),
        (r"CILIUM_\w+|OLD_CILIUM_\w+", "Cilium", marked("its own steps")),
        (r"WEAVE\S*", "Weave Net", marked("its own steps")),
        (r"CNI-(?:HOSTPORT|DN|SN)-?\S*", marked("the portmap plugin"), marked("published ports of pods")),
        (r"CNI-[0-9a-f]{16,}", marked("a CNI plugin"), marked("masquerading of one pod")),
        (r"CNI-(?:FORWARD|ADMIN)", marked("the firewall plugin"), marked("forwarding to and from pods")),
        (r"NETAVARK\S*|nv_\S*", "podman", marked("its networks")),
        (r"ts-(?:input|forward|postrouting)", "Tailscale", marked("its tunnel")),
        (r"ufw6?-user-\S*", "ufw", marked("rules of the administrator")),
        (r"ufw6?-\S*", "ufw", marked("its own steps")),
        (
            r"(?:filter|nat|mangle|raw)_(?:IN|FWDI|FWDO|FWD|PRE|POST|OUT)_(\w+?)(?:_(?:allow|deny|log|pre|post))?",
            "firewalld",
            "one zone",
        ),
        (r"(?:IN|FWDI|FWDO|FWD|PRE|POST)_(\w+?)(?:_(?:allow|deny|log|pre|post))?", "firewalld", marked("one zone")),
        (r"(?:filter|nat|mangle|raw)_(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)\S*", "firewalld", marked("its own steps")),
        (r"LIBVIRT_\w+", "libvirt", marked("networks of virtual machines")),
        (r"(?:f2b|fail2ban)-(\S+)", "fail2ban", marked("addresses that it has banned")),
        (r"ISTIO_\w+", "Istio", marked("traffic redirected to its proxy")),
        (
            r"InstanceServices",
            "the Oracle Cloud image",
            marked("protection of the cloud's own services, including the boot disk"),
        ),
    )
)
_TABLES: Final = {
    "kube-proxy": "kube-proxy", "firewalld": "firewalld", "docker-bridges": "Docker", "netavark": "podman",
    "tailscale": "Tailscale",
}  # fmt: skip
ORACLE: Final = marked("the Oracle Cloud image")
_RED_HAT: Final = marked("the iptables service of Red Hat systems")
IMAGES: Final = frozenset((ORACLE, _RED_HAT))
"""Systems that come with rules in the kernel's own chains."""
KEPT: Final = marked(
    {
        ORACLE: "put the rule before the REJECT in /etc/iptables/rules.v4 (netfilter-persistent reload); leave the others: they"
        " protect the boot disk",
        _RED_HAT: "put the rule before the REJECT in /etc/sysconfig/iptables (systemctl reload iptables)",
        "Tailscale": "give pods a network outside 100.64.0.0/10, which is Tailscale's; or tailscale set --netfilter-mode=off,"
        " which lets you write all rules yourself",
    }
)
"""How to make an exception permanent, by the owner of the rule."""
_COMMENT: Final = re.compile(r'(?:--comment|(?<!-m )(?<!-)\bcomment(?= ")) (?:"((?:[^"\\]|\\.)*)"|(\S+))')
# What programs write into comments: "ns/name:port cluster IP", "Policy ns/name ingress", "pod name:x namespace: y".
_SERVICE: Final = re.compile(r"([a-z0-9.-]+/[a-z0-9.-]+(?::[\w.-]+)?)(?: .*)?$")
_POLICY: Final = re.compile(r"(?:Policy|policy|run through nw policy) (\S+/?\S*)")
# kube-router: "rule to REJECT traffic destined for POD name:web-0 namespace: shop".
_POD: Final = re.compile(r".*\bPOD name:(\S+)(?: namespace: ?(\S+))?")


def who_made(chain: str, table: str = "") -> Named | None:
    """Say what a chain is by its name, or None if no known program uses the name.

    Args:
        chain: name of the chain.
        table: name of its table, for tables that belong to one program.
    """
    for pattern, owner, purpose in _CHAINS:
        match = pattern.fullmatch(chain)
        if match is not None:
            thing = match[1] if pattern.groups and match[1] else None
            return Named(owner, tr(purpose), thing)
    owner = _TABLES.get(table, "")
    return Named(owner, tr("its own steps")) if owner else None


def image_of(chains: Iterable[str]) -> Named:
    """Say which system came with rules whose INPUT and FORWARD end with the same REJECT.

    Args:
        chains: names of the chains beside them.
    """
    return Named(ORACLE if "InstanceServices" in chains else _RED_HAT, tr("packets that no rule before it accepts"))


def comments(rule: str) -> tuple[str, ...]:
    """Return the comments of a rule."""
    return tuple(match[1] if match[1] is not None else match[2] for match in _COMMENT.finditer(rule))


def policies(hits: Iterable[RuleHit]) -> tuple[str, ...]:
    """Return the network policies that rules say they are of, in the order in which they were asked."""
    told = (_POLICY.match(comment) for hit in hits for comment in comments(hit.text))
    return tuple(dict.fromkeys(match[1] for match in told if match is not None))


def named(hit: RuleHit) -> Named | None:
    """Say what a rule is about: by its chain, and by what its comments say of a service or a policy."""
    found = who_made(hit.chain, hit.table)
    target = hit.verdict.removeprefix("jump ")
    if found is None or (target != hit.verdict and found.object is None):
        found = who_made(target) or found
    if found is None:
        return None
    for comment in comments(hit.text):
        told = _POLICY.match(comment) or (_SERVICE.match(comment) if found.owner in {"kube-proxy", "kube-router"} else None)
        if told is not None:
            return found._replace(object=told[1])
        pod = _POD.match(comment)
        if pod is not None:
            return found._replace(object=f"{pod[2]}/{pod[1]}" if pod[2] else pod[1])
    return found
