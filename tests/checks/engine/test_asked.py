"""Packets put before hosts with rules; each check's own cases are in cases/, whole labs in tests/kernel/test_rules_named.py."""

import pytest

from podpath.checks.engine.run import run_checks
from podpath.state.evidence import Unknown
from podpath.state.finding import Severity
from tests.checks.test_cases import HERE, load
from tests.walk.real import Lab, Probe, needs_root

FLANNEL = {path.name: path.read_text() for path in sorted((HERE / "bases" / "flannel").glob("*.txt"))}


def filtering(texts: dict[str, str]) -> list[Unknown]:
    """Return what is not known of rules."""
    with load(texts) as store:
        return [item for item in run_checks(store).unknowns if "filtering" in item.blocks]


def with_rules(*rules: str) -> dict[str, str]:
    """Return the cluster, with rules of FORWARD on its first node."""
    saved = ["[root@n1 ~]# iptables-save", "*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]",
             *rules, "COMMIT", "*nat", ":POSTROUTING ACCEPT [0:0]",
             "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE",
             "COMMIT"]  # fmt: skip
    return {**FLANNEL, "n1.txt": FLANNEL["n1.txt"].rstrip() + "\n\n" + "\n".join(saved) + "\n"}


def test_rules_that_are_understood_leave_nothing_open() -> None:
    """What they do is known, so that nobody need look."""
    assert filtering(with_rules("-A FORWARD -s 10.244.0.0/16 -j ACCEPT")) == []


def test_a_rule_that_a_program_decides_is_unknown_by_name() -> None:
    """It could drop everything; silence would be a guess."""
    (unknown,) = {item.missing: item for item in filtering(with_rules("-A FORWARD -j NFQUEUE --queue-num 7"))}.values()
    assert "NFQUEUE" in unknown.missing
    assert unknown.node == "n1"


def test_rules_of_a_host_without_ends_are_unknown() -> None:
    """Nothing could be asked, and that is said with the commands that show who is on the host."""
    text = "[root@n9 ~]# iptables-save\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 -j ACCEPT\nCOMMIT\n"
    (unknown,) = filtering({"n9.txt": text})
    assert "no pod of it is known" in unknown.missing
    assert unknown.command == "ip -d address; iptables-save -c"


def test_a_rule_whose_interfaces_a_listing_hides_proves_no_drop() -> None:
    """`iptables -L` shows no devices without -v: the rule may well accept what the policy would drop."""
    listing = """
$ iptables -L
Chain INPUT (policy ACCEPT)
target     prot opt source               destination

Chain FORWARD (policy DROP)
target     prot opt source               destination
ACCEPT     all  --  anywhere             anywhere

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination
"""
    with load({**FLANNEL, "n1.txt": FLANNEL["n1.txt"].rstrip() + "\n" + listing}) as store:
        report = run_checks(store)
    assert {found.check for found in report.findings if found.severity is Severity.ERROR} == set()
    (unknown,) = [item for item in report.unknowns if "filtering" in item.blocks]
    assert unknown.command == "iptables-save -c"


ROUTES = {
    "the host that has the network": ("10.0.0.3", True, None),
    "a router that knows the network": ("10.0.0.2", True, None),
    "a router that does not": ("10.0.0.2", False, "route-wrong-next-hop"),
    "a host on another network": ("10.2.0.2", False, "route-wrong-next-hop"),
}


@pytest.mark.root
@pytest.mark.parametrize(("via", "knows", "name"), list(ROUTES.values()), ids=list(ROUTES))
def test_a_plain_host_whose_route_leads_astray_is_found(via: str, *, knows: bool, name: str | None) -> None:
    """Real packets judge: they arrive, or the check names the route; no overlay and no container is needed."""
    needs_root()
    with Lab() as lab:
        lab.add("sw", "a", "b", "c", "d", "p")
        lab.run(["sw: ip link add sw type bridge forward_delay 0", "sw: ip link set sw up"])
        for number, host in enumerate("abc", 1):
            lab.run([f"sw: ip link add v{host} type veth peer name eth0 netns {{{host}}}",
                     f"sw: ip link set v{host} master sw up",
                     f"{host}: ip address add 10.0.0.{number}/24 dev eth0", f"{host}: ip link set eth0 up",
                     f"{host}: sysctl net.ipv4.ip_forward=1"])  # fmt: skip
        lab.run(["a: ip link add eth1 type veth peer name eth0 netns {d}", "a: ip link set eth1 up", "d: ip link set eth0 up",
                 "a: ip address add 10.2.0.1/24 dev eth1", "d: ip address add 10.2.0.2/24 dev eth0"])  # fmt: skip
        lab.run(["c: ip link add br0 type bridge forward_delay 0", "c: ip link add v type veth peer name eth0 netns {p}",
                 "c: ip link set v master br0 up", "c: ip address add 10.1.0.1/24 dev br0", "c: ip link set br0 up",
                 "p: ip address add 10.1.0.2/24 dev eth0", "p: ip link set eth0 up", "p: ip route add default via 10.1.0.1",
                 f"a: ip route add 10.1.0.0/24 via {via}",
                 *(["b: ip route add 10.1.0.0/24 via 10.0.0.3"] if knows else [])])  # fmt: skip
        lab.settle()
        lab.hurry()
        with lab.capture({host: host for host in "abcd"}) as store:
            told = {(one.check, one.node, one.fix_lines) for one in run_checks(store).findings if one.severity is Severity.ERROR}
        seen = lab.send([Probe("a", "10.1.0.2")])[0]
    assert (seen == "delivered") == (name is None)
    assert {(check, node) for check, node, _ in told} == ({(name, "a")} if name else set())
    if name == "route-wrong-next-hop":
        assert {fix for _, _, fix in told} == {("on a: ip route replace 10.1.0.0/24 via 10.0.0.3 dev eth0",)}
