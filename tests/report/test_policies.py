"""What ``podpath explain-policy`` prints."""

import json
from importlib.resources import files

import jsonschema
import pytest

from podpath.report.policies import SCHEMA, SEVERAL, PolicyTerminal, as_json, rule_text
from podpath.report.terminal import as_text
from podpath.state.evidence import Unknown
from podpath.state.policing import Explained, ExplainedAlike, Ground, Permit, PolicyRef, Reach
from podpath.state.policy import PolicyRule

DENY = PolicyRef("NetworkPolicy", "shop", "default-deny")
RULE = PolicyRule("NetworkPolicy", "shop", "allow", "ingress", 1, "allow")
UNKNOWN = Unknown("", "the labels of the namespace web", "kubectl get namespace web -o yaml")
FOUND = (
    Explained(
        "ingress", (DENY,), (RULE._replace(pods="app=a", namespaces="team=web", proto="TCP", port=5432),),
        (
            Reach(Permit.ALLOWED, ("TCP 5432",), Ground.RULE, (DENY._replace(name="allow", rule=1),), ("web/a",)),
            Reach(Permit.DENIED, (), Ground.ISOLATED, (DENY,), tuple(f"web/p{at}" for at in range(20))),
        ),
        (UNKNOWN,),
    ),
    Explained("egress", (), (), (Reach(Permit.ALLOWED, (), Ground.NO_POLICY, (), ("web/a",)),), ()),
)  # fmt: skip


def test_a_person_reads_who_may_and_why_not() -> None:
    """Within 80 columns; of many pods the first are named."""
    text = as_text(PolicyTerminal(80).lines("shop/db-0", FOUND))
    assert all(len(line) <= 80 for line in text.splitlines())
    flat = " ".join(text.split())
    assert "selected by shop/default-deny" in flat
    assert "✓ shop/allow rule 1 allows TCP 5432 from pods with app=a of namespaces with team=web" in flat
    assert "✓ may reach it on TCP 5432: web/a (allowed by shop/allow (rule 1))" in flat
    assert "web/p11 and 8 more (denied by shop/default-deny)" in flat
    assert "unknown: the labels of the namespace web kubectl get namespace web -o yaml" in flat
    assert "egress no policy selects it ✓ it may reach: web/a (allowed, as no policy selects it)" in flat


def test_the_document_is_what_its_schema_says() -> None:
    """With all pods."""
    document = json.loads(as_json("db-0", [ExplainedAlike(("shop/db-0",), FOUND)]))
    jsonschema.validate(document, json.loads((files("podpath.report") / "explain-policy.schema.json").read_text("utf-8")))
    assert document["schema"] == SCHEMA
    assert len(document["directions"][0]["reaches"][1]["pods"]) == 20


def test_the_document_of_several_pods_is_what_its_schema_says() -> None:
    """Those of which the same is true together."""
    document = json.loads(as_json("sts/db", [ExplainedAlike(("shop/db-0", "shop/db-1"), FOUND)]))
    schema = (files("podpath.report") / "explain-policy-several.schema.json").read_text("utf-8")
    jsonschema.validate(document, json.loads(schema))
    assert (document["schema"], document["asked"]) == (SEVERAL, "sts/db")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RULE, "shop/allow rule 1 allows everything from everybody"),
        (RULE._replace(pods="*", proto="UDP"), "shop/allow rule 1 allows UDP from all pods of shop"),
        (
            RULE._replace(block="10.0.0.0/8", but="10.1.0.0/16"),
            "shop/allow rule 1 allows everything from 10.0.0.0/8 without 10.1.0.0/16",
        ),
        (
            RULE._replace(
                kind="AdminNetworkPolicy", namespace=None, direction="egress", action="deny", nodes="*", port=1, last_port=9
            ),
            "AdminNetworkPolicy allow rule 1 denies any protocol 1-9 to all nodes",
        ),
        (RULE._replace(unread="fqdn"), "shop/allow rule 1 allows everything from something that podpath does not know (fqdn)"),
    ],
)
def test_a_rule_in_words(rule: PolicyRule, expected: str) -> None:
    """Each kind of peer and port."""
    assert rule_text(rule) == expected
