"""Whether one rule matches a flow."""

import pytest

from podpath.policy.ends import End, Flow, Labels, NamedPort, Pod
from podpath.policy.match import rule_matches
from podpath.policy.truth import Truth
from podpath.state.address import parse_ip
from podpath.state.policy import PolicyRule

RULE = PolicyRule("NetworkPolicy", "shop", "p", "ingress", 1, "allow")
DB = Pod("shop", "db-0", Labels({"app": "db"}), Labels({"team": "a"}), (NamedPort("sql", "TCP", 5432),))
WEB = End(parse_ip("10.1.0.1"), Pod("web", "a", Labels({"app": "web"}), Labels({"team": "b"})))


def asked(rule: PolicyRule, peer: End = WEB, proto: str = "TCP", port: int | None = 5432, to: Pod | None = DB) -> Truth:
    """Ask a rule for ingress."""
    return rule_matches(rule, peer, Flow(peer, End(parse_ip("10.1.0.2"), to, stranger=to is None), proto, port))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"proto": "TCP"}, True), ({"proto": "UDP"}, False), ({"proto": "TCP", "port": 5432}, True),
        ({"proto": "TCP", "port": 5000, "last_port": 5431}, False), ({"proto": "TCP", "port": 5000, "last_port": 5432}, True),
        ({"proto": "TCP", "port_name": "sql"}, True), ({"proto": "UDP", "port_name": "sql"}, False),
        ({"port_name": "web"}, False),
        ({"block": "10.0.0.0/8"}, True), ({"block": "10.0.0.0/8", "but": "192.0.2.0/24,10.1.0.0/31"}, False),
        ({"block": "::/0"}, False), ({"pods": "*"}, False), ({"pods": "*", "namespaces": "*"}, True),
        ({"pods": "app=web", "namespaces": "team=b"}, True), ({"pods": "app=db", "namespaces": "*"}, False),
        ({"nodes": "*"}, False), ({"unread": "fqdn"}, None),
    ],
)  # fmt: skip
def test_a_rule(changes: dict[str, object], expected: Truth) -> None:
    """By its peer and its port."""
    assert asked(RULE._replace(**changes)) is expected  # type: ignore[arg-type]


def test_a_selector_without_namespaces_is_about_the_policys_own() -> None:
    """The peer's namespace must be that of the policy."""
    own = End(None, WEB.pod._replace(namespace="shop") if WEB.pod else None)
    assert asked(RULE._replace(pods="app=web"), own) is True


def test_protocols_without_ports_match_rules_without_ports_alone() -> None:
    """A ping, for example."""
    assert asked(RULE, proto="ICMP", port=None) is True
    assert asked(RULE._replace(proto="TCP"), proto="ICMP", port=None) is False


def test_what_is_not_known_of_an_end_is_unknown() -> None:
    """The address of a stranger, ports of a pod of which a table told."""
    assert asked(RULE._replace(pods="*", namespaces="*"), End(parse_ip("10.9.9.9"), stranger=True)) is None
    assert asked(RULE._replace(port_name="sql"), to=DB._replace(ports=None)) is None
    assert asked(RULE._replace(port_name="sql"), to=None) is None
    assert asked(RULE._replace(block="10.0.0.0/8"), End(None)) is None
    assert asked(RULE._replace(nodes="zone=a"), End(parse_ip("192.168.50.11"), node="n1")) is None
