"""Rules of Calico's policies in words."""

import pytest

from podpath.report.calico_rules import rule_text
from podpath.state.calico import ANY, CalicoRule

RULE = CalicoRule(
    "GlobalNetworkPolicy", None, "p", "ingress", 1, "allow", sender=ANY, not_sender=ANY, sender_ports=ANY, not_sender_ports=ANY,
    receiver=ANY, not_receiver=ANY, receiver_ports=ANY, not_receiver_ports=ANY,
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RULE, "rule 1 allows everything from everybody"),
        (RULE._replace(direction="egress", action="deny"), "rule 1 denies everything to everybody"),
        (RULE._replace(action="log", proto="TCP", receiver_ports="80,8000-8010"),
         "rule 1 logs TCP 80, 8000-8010 from everybody"),
        (RULE._replace(kind="CalicoNetworkPolicy", namespace="shop", sender="pcns.team == 'web' && app == 'a'", action="pass"),
         "Calico's shop/p rule 1 passes on everything from (namespace:team == 'web' && app == 'a')"),
        (RULE._replace(not_proto="UDP", not_receiver_ports="53", not_sender="pcsa.is == 'x'", sender_nets="10.0.0.0/8",
                       not_sender_nets="10.1.0.0/16"),
         "rule 1 allows all but UDP but 53 from not (account:is == 'x') and 10.0.0.0/8 and not 10.1.0.0/16"),
        (RULE._replace(proto="ICMP", icmp="8/0", family=4, receiver="all()", sender_ports="1"),
         "rule 1 allows IPv4 ICMP type 8/0 port 1 to (all())"),
        (RULE._replace(sender=None), "rule 1 allows everything from (a selector that is not shown)"),
        (RULE._replace(receiver_ports=None, proto="TCP"), "rule 1 allows TCP ports that are not shown from everybody"),
        (RULE._replace(unread="http"), "rule 1 allows everything from everybody (and http, which podpath does not know)"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(rule: CalicoRule, expected: str) -> None:
    """With all that it names."""
    assert rule_text(rule).removeprefix("GlobalNetworkPolicy p ") == expected
