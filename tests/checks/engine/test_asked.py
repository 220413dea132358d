"""Packets put before hosts with rules; each check's own cases are in cases/, whole labs in tests/kernel/test_rules_named.py."""

from podpath.checks.engine.run import run_checks
from podpath.state.evidence import Unknown
from podpath.state.finding import Severity
from tests.checks.test_cases import HERE, load

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
