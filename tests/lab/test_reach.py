"""Selectors of ends, and rules about who reaches whom."""

import pytest

from podpath.lab.reach import LOST, OK, End, Expectation, Rule, agrees

P1 = End("n1/p1", "pod", "n1", ["10.0.0.1"], labels={"app": "web"})
P2 = End("n2/p2", "pod", "n2", ["10.0.0.2"])
N1 = End("n1", "node", "n1", ["10.1.0.1"])
EXT = End("ext", "outside", "ext", ["10.1.0.9"])
WEB = End("service/web", "service", "", ["10.2.0.1"], sends=False)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("n1/p1", [P1]),
        ("p2", [P2]),
        ("pod", [P1, P2]),
        ("pod@n1", [P1]),
        ("pod@!n1", [P2]),
        ("*@n1", [P1, N1]),
        ("node,outside", [N1, EXT]),
        ("app=web", [P1]),
        ("app=web@n2", []),
        ("*", [P1, P2, N1, EXT, WEB]),
        ("service", [WEB]),
        ("*@!n1", [P2, EXT]),
        ("p3", []),
    ],
)
def test_a_selector_means(words: str, meant: list[End]) -> None:
    """Names, kinds, nodes and labels; a ClusterIP is on no node."""
    assert [end for end in (P1, P2, N1, EXT, WEB) if end.is_(words)] == meant


def test_the_last_rule_that_speaks_decides() -> None:
    """A later rule can say that all is well."""
    rules = Expectation((Rule("*", "pod"), Rule("pod", "pod", OK), Rule("pod", "n2/p2", "ECONNREFUSED", "tcp small")))
    decided = rules.of(P1, P2, "tcp small", 4)
    assert decided is not None
    assert decided.sees == "ECONNREFUSED"
    assert rules.of(P1, P2, "udp small", 4) is None
    lost = rules.of(N1, P2, "icmp large", 4)
    assert lost is not None
    assert lost.sees == LOST
    assert rules.of(P1, N1, "tcp small", 4) is None


def test_a_rule_speaks_of_probes_families_and_places() -> None:
    """`large` means every large probe, `udp large` only one; pairs on the same node or on others; IPv4 or IPv6."""
    large = Rule("*", "*", probes="large,udp small")
    assert large.holds(P1, P2, "icmp large", 6)
    assert large.holds(P1, P2, "udp small", 4)
    assert not large.holds(P1, P2, "tcp small", 4)
    assert Rule("*", "*", family=6).holds(P1, P2, "tcp small", 6)
    assert not Rule("*", "*", family=6).holds(P1, P2, "tcp small", 4)
    assert Rule("*", "*", between="same").holds(P1, N1, "tcp small", 4)
    assert not Rule("*", "*", between="other").holds(P1, N1, "tcp small", 4)


def test_a_symptom_only_takes_away() -> None:
    """Who is not meant to reach somebody in health does not now; which error is seen first is the kernel's affair."""
    rules = Expectation([Rule("outside", "pod", "ENETUNREACH")], [Rule("*", "pod")])
    healthy = rules.of(EXT, P1, "tcp small", 4)
    assert healthy is not None
    assert healthy.sees == "ENETUNREACH|lost"
    assert not agrees(healthy.sees, "")
    lost = rules.of(P1, P2, "tcp small", 4)
    assert lost is not None
    assert lost.sees == LOST


@pytest.mark.parametrize(
    ("sees", "error", "agreed"),
    [("lost", "ETIMEDOUT", True), ("lost", "EHOSTUNREACH", True), ("lost", "", False), ("lost|ENOBUFS", "ENOBUFS", True),
     ("lost|ENOBUFS", "ETIMEDOUT", True), ("EHOSTUNREACH", "ETIMEDOUT", False), ("", "", True), ("", "EPERM", False),
     ("any", "EPERM", True), ("any", "", True)],
)  # fmt: skip
def test_what_a_sender_saw_agrees_with_a_rule(sees: str, error: str, *, agreed: bool) -> None:
    """Silence is silence, whether ARP gives up first or we do."""
    assert agrees(sees, error) is agreed


def test_what_is_said_of_pods_follows_for_services() -> None:
    """All pods behind it lost: lost; some: some; a port of a node by way of that node; what is said by name stands."""
    pods = [End(f"n{i}/p{i}", "pod", f"n{i}", [f"10.1.{i}.2"]) for i in (1, 2)]
    node = End("n2", "node", "n2", ["192.168.0.2"])
    both = End("service/web", "service", "", ["10.96.0.1"], sends=False, backends=["n1/p1", "n2/p2"])
    one = End("service/db", "service", "", ["10.96.0.2"], sends=False, backends=["n2/p2"])
    port = End("service/db@n2", "nodeport", "n2", ["192.168.0.2"], sends=False, backends=["n2/p2"])
    ends = [*pods, node, both, one, port]

    def sees(symptom: list[Rule], target: End) -> str:
        rule = Expectation([], symptom, ends).of(pods[0], target, "tcp small", 4)
        return rule.sees if rule else ""

    lost = [Rule("pod@n1", "pod@n2")]
    assert (sees(lost, both), sees(lost, one), sees(lost, port)) == ("lost|", "lost", "lost|")
    assert sees([Rule("pod@n1", "node@n2", "ECONNREFUSED")], port) == "ECONNREFUSED"
    assert sees([*lost, Rule("pod", "service/db", "")], one) == ""
    assert sees([Rule("n1/p1", "*", "ENETUNREACH")], one) == "lost|ENETUNREACH"
