"""IPVS, from recorded output: kube-proxy's mode that this kernel cannot run."""

import pytest

from podpath.report.steps import sentence
from podpath.state.step import AddressTranslated
from podpath.state.trace import Trace, Verdict
from podpath.walk.cluster import Cluster
from tests.walk.pasted import node, trace, world

DEVICE = """# ip -d address show
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default
    link/ether 02:00:00:00:00:99 brd ff:ff:ff:ff:ff:ff
    dummy
    inet 10.96.0.10/32 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
"""
LOCAL = "local 10.96.0.10 dev kube-ipvs0 table local proto kernel scope host src 10.96.0.10"
LISTENING = "# ss -tlnp\nState Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 0.0.0.0:8080 0.0.0.0:*\n"
# As kube-proxy writes them in mode ipvs: marks by sets, masquerading of what is marked, and of what comes back to its own pod.
RULES = """# iptables-save -c
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
[9:540] -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
[9:540] -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
[9:540] -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
[4:240] -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
[3:180] -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
[4:240] -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
[4:240] -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
[5:300] -A KUBE-SERVICES ! -s 10.244.0.0/16 -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
[0:0] -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
COMMIT
# ipset save
create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536
add KUBE-CLUSTER-IP 10.96.0.10,tcp:80
"""
TABLE = """# ipvsadm -Ln
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.10:80 rr{}
"""
REAL = "  -> {}:8080           {}    {}      0          0\n"


def cluster(*reals: str, flags: str = "", table: bool = True, conntrack: str = "1") -> Cluster:
    """Return two nodes: the first has the virtual server, the second serves port 8080."""
    text = TABLE.format(flags) + "".join(reals) if table else ""
    settings = f"# sysctl -a\nnet.ipv4.vs.conntrack = {conntrack}\n"
    return world({"n1": node(1, DEVICE, RULES, text, settings, local=LOCAL), "n2": node(2, LISTENING)})


def asked(shown: Cluster, source: str = "n1") -> Trace:
    """Return what happens to a request for the service."""
    return trace(shown, source, "10.96.0.10", proto="tcp", port=80)


def test_a_packet_for_a_virtual_server_leaves_for_a_real_one() -> None:
    """The rules mark it, IPVS gives it another address, POSTROUTING hides its source, and the answer comes home."""
    told = asked(cluster(REAL.format("192.168.0.2", "Masq", 1)))
    words = [sentence(step.facts) for step in told.forward.worst.steps]
    assert told.verdict is Verdict.DELIVERED, (told.cause, told.unknowns)
    assert "IPVS (rr): destination 10.96.0.10 becomes 192.168.0.2" in words
    assert any("source 10.96.0.10 becomes 192.168.0.1" in one for one in words), words
    shown = next(step for step in told.forward.worst.steps if isinstance(step.facts, AddressTranslated) and step.facts.ipvs)
    assert shown.evidence[0].command == "ipvsadm -Ln"


def test_real_servers_are_branches_by_weight() -> None:
    """Weight 0 takes no new connections."""
    told = asked(
        cluster(
            REAL.format("192.168.0.2", "Masq", 3), REAL.format("192.168.0.1", "Masq", 1), REAL.format("192.168.0.9", "Masq", 0)
        )
    )
    assert [(b.verdict, b.probability) for b in told.forward.branches] == [(Verdict.REFUSED, 0.25), (Verdict.DELIVERED, 0.75)]


@pytest.mark.parametrize("reals", [(), (REAL.format("192.168.0.2", "Masq", 0),)])
def test_without_a_real_server_the_sender_is_told(reals: tuple[str, ...]) -> None:
    """The port is closed, and the cause is that nobody serves."""
    told = asked(cluster(*reals))
    assert (told.verdict, told.error) == (Verdict.REJECTED, "ECONNREFUSED")
    assert told.cause is not None
    assert told.cause.check == "service-no-endpoints"


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (cluster(table=False), "what IPVS does with packets for 10.96.0.10"),
        (cluster(REAL.format("192.168.0.2", "Route", 1)), "forwards by route"),
        (cluster(REAL.format("192.168.0.2", "Masq", 1), conntrack="0"), "does not track"),
        (
            cluster(REAL.format("192.168.0.2", "Masq", 1), REAL.format("192.168.0.9", "Masq", 1), flags=" persistent 10800"),
            "which real server",
        ),
    ],
)
def test_what_the_table_does_not_say_is_unknown(shown: Cluster, missing: str) -> None:
    """By name, with the command that tells."""
    told = asked(shown)
    assert told.verdict is Verdict.UNKNOWN
    assert any(missing in unknown.missing for unknown in told.unknowns), told.unknowns
