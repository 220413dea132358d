"""Rows of policies."""

import pytest

from podpath.state.policy import PolicyRule

RULE = PolicyRule("NetworkPolicy", "shop", "p", "ingress", 1, "allow")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RULE, True), (RULE._replace(proto="TCP", port=80), True), (RULE._replace(pods="*"), False),
        (RULE._replace(block="0.0.0.0/0"), False), (RULE._replace(nodes="*"), False), (RULE._replace(unread="fqdn"), False),
    ],
)  # fmt: skip
def test_a_rule_that_names_no_peer_is_about_everybody(rule: PolicyRule, expected: bool) -> None:  # noqa: FBT001
    """A peer that is not known is not everybody."""
    assert rule.everybody is expected
