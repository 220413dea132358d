"""Sentences on network policies."""

import pytest

from podpath.report.policing import policed
from podpath.state.evidence import Unknown
from podpath.state.policing import Ground, Needed, Permit, Policed, PolicyRef

DENY = PolicyRef("NetworkPolicy", "shop", "default-deny")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            Policed("ingress", "shop/db-0", Permit.DENIED, Ground.ISOLATED, (DENY,), Needed("web", True, "TCP", 5432)),  # noqa: FBT003
            "ingress to shop/db-0: denied by shop/default-deny; it would need a rule for namespace web, port 5432 (tcp)",
        ),
        (
            Policed("egress", "web/a", Permit.DENIED, Ground.ISOLATED, (DENY,), Needed("192.0.2.7", False)),  # noqa: FBT003
            "egress from web/a: denied by shop/default-deny; it would need a rule for 192.0.2.7",
        ),
        (
            Policed("ingress", "shop/db-0", Permit.ALLOWED, Ground.RULE, (DENY._replace(rule=2),)),
            "ingress to shop/db-0: allowed by shop/default-deny (rule 2)",
        ),
        (
            Policed("ingress", "shop/db-0", Permit.ALLOWED, Ground.NO_POLICY, assumed=("AdminNetworkPolicy",)),
            "ingress to shop/db-0: allowed, as no policy selects it",
        ),
        (
            Policed("ingress", "shop/db-0", Permit.UNKNOWN, None, (DENY,), unknowns=(Unknown("", "x", "y"),)),
            "ingress to shop/db-0: unknown, by shop/default-deny",
        ),
        (
            Policed("egress", "web/a", Permit.ALLOWED, Ground.ITSELF),
            "egress from web/a: allowed, as a pod may always talk to itself",
        ),
    ],
)
def test_a_person_reads_which_policy_it_is_and_what_it_would_need(one: Policed, expected: str) -> None:
    """At each end."""
    assert policed(one) == expected
