"""The mend that a trace prints: typed as it stands, it lets the packet pass. The lab's faults and real packets judge."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.matrix import Cell, measure
from podpath.state.finding import Finding
from podpath.state.trace import Trace
from tests.walk.clusters import Inhabited, compared
from tests.walk.judge import said
from tests.walk.pasted import node, trace, world
from tests.walk.real import OPEN, Lab, Probe, needs_root
from tests.walk.test_cases import lines_of

MENDED: Final = {
    "bridge-nf-call-off": "kube-proxy-iptables",
    "brnf-filters-unrelated-bridge": "flannel-vxlan 2 4",
    "calico-encap-source-not-allowed": "canal",
    "docker28-direct-routing-drop": "flannel-vxlan 2 4",
    "ephemeral-ports-exhausted": "flannel-vxlan 2 4",
    "firewall-reload-wiped-rules": "flannel-vxlan 2 4",
    "forward-policy-drop": "flannel-vxlan 2 4",
    "hairpin-off": "kube-proxy-nftables",
    "host-firewall-rejects-pods": "flannel-vxlan 2 4",
    "hostport-stale-dnat": "docker",
    "iptables-legacy-nft-mix": "calico-bgp",
    "kube-proxy-stale-rules": "kube-proxy-iptables",
    "masquerade-missing": "calico-bgp",
    "networkpolicy-drop": "flannel-vxlan 2 4",
    "rule-never-reached": "flannel-vxlan 2 4",
    "route-wrong-next-hop": "flannel-vxlan 3 6",
    "snat-port-exhaustion": "flannel-vxlan 2 4",
    "source-ip-masqueraded": "network-policy",
    "tunnel-port-blocked": "flannel-vxlan 2 4",
}
"""Faults whose mend is a command, and a lab for each. The others are mended by an agent that writes its rules again."""
SENTENCES: Final = {
    "etp-local-no-endpoint": ("kube-proxy-iptables", "externalTrafficPolicy"),
    "felix-endpoint-not-programmed": ("network-policy", "k8s-app=calico-node"),
    "service-no-endpoints": ("kube-proxy-iptables", "kubectl get services"),
    "service-rules-missing": ("kube-proxy-iptables", "k8s-app=kube-proxy"),
    "backend-mix": ("flannel-vxlan 3 6", "the same backend"),
}
_PLACE: Final = re.compile(
    r"on (\S+?)(?:, in netns (\S+))?: (?:until then: )?((?:iptables|ip6tables|ip|ipset|nft|sysctl|bridge)\S* .*)"
)


SAMPLE: Final = Path(__file__).parents[1] / "samples" / "ufw.rules"
ODD: Final = "it's; $(touch odd)"
"""What a shell would run, were it not quoted."""


def cluster_of(words: str) -> Cluster:
    """Return a lab by its name and sizes."""
    name, *sizes = words.split()
    nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
    try:
        return lab.cluster(name, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))


def lost(made: Cluster, spaces: Inhabited, fault: str) -> Iterator[tuple[Cell, Trace]]:
    """Yield what a fault breaks and a lab without it does not, with its trace: the first of each cause."""
    spaces.hurry()
    healthy = {key(cell) for cell in cells(made) if not cell.error}
    run.inject(made, fault)
    broken = [cell for cell in cells(made) if cell.error and key(cell) in healthy]
    assert broken, f"{fault} breaks nothing"
    told: set[str] = set()
    with spaces.capture() as store:
        for one in compared(store, made, broken[:40]):
            cause = one.trace.cause if one.trace is not None else None
            if cause is not None and one.trace is not None and cause.check not in told:
                told.add(cause.check)
                yield one.cell, one.trace


def key(cell: Cell) -> tuple[str, str, str, str]:
    """Return what tells a probe from others."""
    return cell.source, cell.target, cell.address, cell.probe


def cells(made: Cluster) -> list[Cell]:
    """Return the small probes of a lab."""
    expectation = made.plan.expectation(run.symptoms(made))
    return [cell for cell in measure(made, expectation, patience=2).cells if cell.probe.endswith("small")]


def again(made: Cluster, cell: Cell) -> str:
    """Send a probe again, and return its error: several times, where a service may choose anew."""
    found = measure(made, sources=lambda end: end.name == cell.source, targets=lambda end: end.name == cell.target, patience=2)
    return next(one.error for one in found.cells if (one.address, one.probe) == (cell.address, cell.probe))


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("fault", "words"), MENDED.items())
def test_the_mend_lets_the_packet_pass(fault: str, words: str) -> None:
    """The commands of the cause, typed where it says, and nothing else."""
    with cluster_of(words) as made, Inhabited(made) as spaces:
        mended = 0
        for cell, trace in lost(made, spaces, fault):
            assert trace.cause is not None
            typed = [step.command for step in trace.cause.fix if step.command is not None and step.command.node]
            assert typed, trace.cause
            for command in typed:
                inside = command.netns.partition(":")[2]
                made.do(f"{command.node}/{inside}" if inside else command.node, shlex.join(command.argv))
            assert again(made, cell) == "", (cell, trace.cause)
            mended += 1
        assert mended


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("fault", "words", "said"), [(fault, *rest) for fault, rest in SENTENCES.items()])
def test_what_no_command_mends_is_said_in_words(fault: str, words: str, said: str) -> None:
    """The agent that writes the rules is named, or the object that must change."""
    with cluster_of(words) as made, Inhabited(made) as spaces:
        causes = [trace.cause for _, trace in lost(made, spaces, fault) if trace.cause is not None]
    assert causes
    assert all(cause.check == fault and any(said in line for line in cause.fix_lines) for cause in causes), causes


def cause_behind(rules: str, probe: Probe, tool: str = "iptables") -> Finding:
    """Return what stops a probe at a router that has these rules; the kernel must stop it, too."""
    needs_root()
    spaces, lines = lines_of({"base": "routed"})
    with Lab() as made:
        made.add(*spaces)
        made.run(lines)
        made.rules("r", rules, tool=tool)
        made.hurry()
        made.listen(*spaces)
        ((_, told),) = said(made, [probe])
        assert made.send([probe]) != ["delivered"]
    assert told is not None
    assert told.cause is not None
    return told.cause


@pytest.mark.root
@pytest.mark.parametrize(
    ("rules", "check", "fix"),
    [
        (":FORWARD DROP [0:0]", "forward-policy-drop", "iptables -t filter -P FORWARD ACCEPT"),
        (
            ":FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER",
            "forward-policy-drop",
            "iptables -I DOCKER-USER -s 10.0.2.0/24 -j ACCEPT",
        ),
        (
            f'-A FORWARD -d 10.0.2.2/32 -m comment --comment "{ODD}" -j DROP',
            "netfilter-drop",
            f"iptables -t filter -D FORWARD -d 10.0.2.2/32 -m comment --comment {shlex.quote(ODD)} -j DROP",
        ),
        (
            "-A FORWARD -j REJECT",
            "host-firewall-rejects-pods",
            "iptables -t filter -I FORWARD -s 10.0.1.2 -d 10.0.2.2 -p tcp --dport 7777 -j ACCEPT",
        ),
        (
            ":ufw-user-forward - [0:0]\n-A FORWARD -j ufw-user-forward\n-A ufw-user-forward -j DROP",
            "host-firewall-rejects-pods",
            "ufw route allow from 10.0.1.0/24 to 10.0.2.2 port 7777 proto tcp",
        ),
        (
            ":DOCKER-ISOLATION-STAGE-2 - [0:0]\n-A FORWARD -j DOCKER-ISOLATION-STAGE-2\n-A DOCKER-ISOLATION-STAGE-2 -j DROP",
            "docker-networks-isolated",
            "(docker network connect)",
        ),
        (
            ":KUBE-PROXY-FIREWALL - [0:0]\n-A FORWARD -j KUBE-PROXY-FIREWALL\n-A KUBE-PROXY-FIREWALL -d 10.0.2.2/32 -j DROP",
            "service-source-not-allowed",
            "loadBalancerSourceRanges",
        ),
    ],
)
def test_the_mend_fits_who_wrote_the_rule(rules: str, check: str, fix: str) -> None:
    """An engine's own place for exceptions, a firewall's own command, the rule itself where it is nobody's."""
    cause = cause_behind(f"*filter\n{rules}\nCOMMIT\n", Probe("a", "10.0.2.2", "tcp", OPEN, None, dont_fragment=False))
    assert (cause.check, any(fix in line for line in cause.fix_lines)) == (check, True), cause


@pytest.mark.root
def test_a_rule_of_nftables_is_taken_away_by_its_handle() -> None:
    """Its text is no command; the handle is."""
    table = (
        "table inet guard { chain f { type filter hook forward priority 0; policy accept; ip daddr 10.0.2.2 counter drop; }; }"
    )
    cause = cause_behind(table, Probe("a", "10.0.2.2", "icmp", 0, None, dont_fragment=False), tool="nft")
    assert cause.fix_lines[0] == "on lab: ip netns exec r nft delete rule inet guard f handle 2", cause
    assert "rule 1 of chain f in table guard" in cause.summary


@pytest.mark.root
@pytest.mark.parametrize(
    ("probe", "check", "fix"),
    [
        (
            Probe("a", "10.0.2.2", "tcp", OPEN, None, dont_fragment=False),
            "host-firewall-rejects-pods",
            "ufw route allow from 10.0.1.0/24 to 10.0.2.2 port 7777 proto tcp",
        ),
        (
            Probe("a", "10.0.1.1", "tcp", OPEN, None, dont_fragment=False),
            "host-firewall-rejects-pods",
            "ufw allow from 10.0.1.0/24 to any port 7777 proto tcp",
        ),
    ],
)
def test_rules_of_a_real_ufw_are_mended_by_ufw(probe: Probe, check: str, fix: str) -> None:
    """Ufw 0.36 of Debian 12 wrote them in a namespace: routed is denied, port 22 is open; policies are its own."""
    cause = cause_behind(SAMPLE.read_text(encoding="ascii"), probe)
    assert (cause.check, fix in cause.fix_lines[0]) == (check, True), cause
    assert "ufw writes the chain" in cause.why


@pytest.mark.root
@pytest.mark.parametrize("address", ["10.0.2.2", "10.0.1.1"])
def test_rules_of_a_real_firewalld_are_mended_by_firewalld(address: str) -> None:
    """Firewalld 1.3 of Debian 12 wrote them in a namespace: its default zone rejects what is sent on, and what is for itself."""
    probe = Probe("a", address, "tcp", OPEN, None, dont_fragment=False)
    cause = cause_behind((SAMPLE.parent / "firewalld.nft").read_text(encoding="ascii"), probe, tool="nft")
    assert cause.check == "host-firewall-rejects-pods", cause
    assert [line.partition(": ")[2] for line in cause.fix_lines] == [
        "firewall-cmd --permanent --zone=trusted --add-source=10.0.1.0/24",
        "firewall-cmd --reload",
    ]
    assert "firewalld writes the chain" in cause.why


@pytest.mark.root
@pytest.mark.parametrize(
    ("more", "owner", "kept"),
    [
        (":InstanceServices - [0:0]\n", "the Oracle Cloud image", "/etc/iptables/rules.v4"),
        ("", "the iptables service of Red Hat systems", "/etc/sysconfig/iptables"),
        ("-A INPUT -p icmp -j DROP\n", "", ""),
    ],
)
def test_rules_that_a_system_came_with_are_named(more: str, owner: str, kept: str) -> None:
    """By how INPUT and FORWARD end; the mend is to be kept where that system loads its rules from."""
    last = "-j REJECT --reject-with icmp-host-prohibited\n"
    rules = f"*filter\n{more if more[:1] == ':' else ''}-A INPUT {last}-A FORWARD {last}{more if more[:1] == '-' else ''}COMMIT\n"
    cause = cause_behind(rules, Probe("a", "10.0.2.2", "icmp", 0, None, dont_fragment=False))
    assert cause.check == "host-firewall-rejects-pods"
    assert (f"The rule comes with {owner}" in cause.why) is bool(owner), cause
    assert not kept or kept in cause.fix_lines[-1]


@pytest.mark.root
def test_policies_are_named_where_a_comment_tells() -> None:
    """As kube-router writes them: those that were asked, and the pod that nobody may reach."""
    pod, policy = "KUBE-POD-FW-NE7SP5Z4IWAZL7BU", "KUBE-NWPLCY-2AQPO27D74WKKNXC"
    rules = (
        f":{pod} - [0:0]", f":{policy} - [0:0]", f"-A FORWARD -d 10.0.2.2/32 -j {pod}",
        f'-A {pod} -m comment --comment "run through nw policy allow-web" -j {policy}',
        f'-A {pod} -m comment --comment "rule to REJECT traffic destined for POD name:web-0 namespace: shop"'
        " -m mark ! --mark 0x10000/0x10000 -j REJECT --reject-with icmp-port-unreachable",
        f"-A {policy} -s 10.9.9.9/32 -j MARK --set-xmark 0x10000/0x10000",
    )  # fmt: skip
    cause = cause_behind(
        "\n".join(("*filter", *rules, "COMMIT", "")), Probe("a", "10.0.2.2", "tcp", OPEN, None, dont_fragment=False)
    )
    assert cause.check == "networkpolicy-drop"
    assert "network policies that apply: allow-web" in cause.why
    assert "shop/web-0" in cause.why


SERVICE_RULES: Final = """# iptables-save -c
*filter
:OUTPUT ACCEPT [0:0]
:{0} - [0:0]
[0:0] -A OUTPUT -j {0}
[0:0] -A {0} -d 10.96.0.5/32 -p tcp -m comment --comment "default/web:http {1}" -m tcp --dport 80 -j DROP
COMMIT
"""


@pytest.mark.parametrize(
    ("chain", "words", "check", "fix"),
    [
        ("KUBE-SERVICES", "has no local endpoints", "itp-local-no-endpoint", '{"spec":{"internalTrafficPolicy":"Cluster"}}'),
        (
            "KUBE-EXTERNAL-SERVICES",
            "has no local endpoints",
            "etp-local-no-endpoint",
            '{"spec":{"externalTrafficPolicy":"Cluster"}}',
        ),
        (
            "KUBE-PROXY-FIREWALL",
            "traffic not accepted by KUBE-FW-X",
            "service-source-not-allowed",
            '[{"op":"add","path":"/spec/loadBalancerSourceRanges/-","value":"192.168.0.1/32"}]',
        ),
    ],
)
def test_rules_of_kube_proxy_are_changed_at_the_service(chain: str, words: str, check: str, fix: str) -> None:
    """It writes what is deleted again, and the API refuses a field of another kind of service."""
    one = node(1, SERVICE_RULES.format(chain, words), routes="default via 192.168.0.2 dev eth0")
    cause = trace(world({"n1": one, "n2": node(2)}), "n1", "10.96.0.5", proto="tcp", port=80).cause
    assert cause is not None
    assert cause.check == check
    assert "kubectl -n default patch service web" in cause.fix_lines[0]
    assert fix in cause.fix_lines[0]
    assert not any("iptables" in line for line in cause.fix_lines)


KUBE_PROXY: Final = """table ip kube-proxy {{
  map no-endpoint-services {{
    type ipv4_addr . inet_proto . inet_service : verdict; elements = {{ 10.0.2.2 . tcp . 7777 : goto {end} }};
  }}
  map no-endpoint-nodeports {{ type inet_proto . inet_service : verdict; elements = {{ tcp . 7777 : goto {end} }}; }}
  chain reject-chain {{ reject; }}
  chain drop-chain {{ drop; }}
  chain service-endpoints-check {{ ip daddr . meta l4proto . th dport vmap @no-endpoint-services; }}
  chain nodeport-endpoints-check {{ meta l4proto . th dport vmap @no-endpoint-nodeports; }}
  chain cluster-ips-check {{ ip daddr 10.0.2.0/24 drop; }}
  chain filter-forward {{ type filter hook forward priority -110; ct state new jump {jump}; }}
}}
"""
"""As kube-proxy 1.36 writes it (pkg/proxy/nftables), with `goto` of its maps."""


@pytest.mark.root
@pytest.mark.parametrize(
    ("jump", "end", "check", "fix"),
    [
        ("service-endpoints-check", "drop-chain", "itp-local-no-endpoint", "its internalTrafficPolicy to Cluster"),
        ("service-endpoints-check", "reject-chain", "service-no-endpoints", "no ready pod has the labels"),
        ("nodeport-endpoints-check", "drop-chain", "etp-local-no-endpoint", "its externalTrafficPolicy to Cluster"),
        (
            "cluster-ips-check",
            "drop-chain",
            "cluster-ip-unallocated",
            "kubectl get services -A --field-selector spec.clusterIP=10.0.2.2",
        ),
        (
            "cluster-ips-check",
            "rejected",
            "cluster-ip-unallocated",
            "kubectl get services -A --field-selector spec.clusterIP=10.0.2.2",
        ),
    ],
)
def test_drops_of_kube_proxys_maps_are_named_by_their_chain(jump: str, end: str, check: str, fix: str) -> None:
    """The rule is for all services, and is never the fix."""
    rules = KUBE_PROXY.format(jump=jump, end="reject-chain" if end == "rejected" else end)
    if end == "rejected":  # the address is a service's, and its port is not
        rules = rules.replace("ip daddr 10.0.2.0/24 drop", "ip daddr 10.0.2.2 reject")
    cause = cause_behind(rules, Probe("a", "10.0.2.2", "tcp", OPEN, None, dont_fragment=False), tool="nft")
    assert (cause.check, fix in "; ".join(cause.fix_lines), "nft " in "".join(cause.fix_lines)) == (check, True, False), cause


ROUTED_POLICY: Final = """*filter
:KUBE-POD-FW-A - [0:0]
:KUBE-POD-FW-B - [0:0]
:KUBE-NWPLCY-IN - [0:0]
:KUBE-NWPLCY-OUT - [0:0]
-A FORWARD -d 10.0.2.2/32 -j KUBE-POD-FW-B
-A FORWARD -s 10.0.1.2/32 -j KUBE-POD-FW-A
-A KUBE-POD-FW-B -m comment --comment "run through nw policy mix-block" -j KUBE-NWPLCY-IN
-A KUBE-NWPLCY-IN -p tcp -j MARK --set-xmark 0x10000/0x10000
-A KUBE-POD-FW-B -m comment --comment "POD name:p8 namespace: shop" -m mark ! --mark 0x10000/0x10000 -j REJECT
-A KUBE-POD-FW-B -j MARK --set-xmark 0x0/0x10000
-A KUBE-POD-FW-A -m comment --comment "run through nw policy client-egress" -j KUBE-NWPLCY-OUT
-A KUBE-POD-FW-A -m comment --comment "POD name:p9 namespace: shop" -m mark ! --mark 0x10000/0x10000 -j REJECT
COMMIT
"""
"""As kube-router 2.1 writes it: a chain for each pod, in which its policies mark what they allow."""


@pytest.mark.root
def test_of_two_pods_policies_the_one_that_decides_is_named() -> None:
    """And the fix is the object, in the namespace of its pod: kube-router writes its chains again."""
    cause = cause_behind(ROUTED_POLICY, Probe("a", "10.0.2.2", "tcp", OPEN, None, dont_fragment=False))
    assert cause.check == "networkpolicy-drop"
    assert "network policies that apply: client-egress" in cause.why
    assert "kubectl -n shop edit networkpolicy client-egress" in cause.fix_lines[0]
    assert "until kube-router writes its chains again, on lab: ip netns exec r iptables " in cause.fix_lines[1]
