"""What policies say of a flow, and what is missing to say it."""

from podpath.state.policing import Ground, Permit
from tests.policy.clusters import DENY, LISTS, asked, netpol


def test_what_isolates_a_pod_is_named_with_the_rule_that_it_would_need() -> None:
    """The question that is asked most often: which policy is it?"""
    told = asked([DENY])["ingress"]
    assert (told.permit, told.ground, told.pod) == (Permit.DENIED, Ground.ISOLATED, "shop/db-0")
    assert [ref.called for ref in told.policies] == ["shop/default-deny"]
    assert told.policies[0].created == 1767323045
    assert told.needed is not None
    assert (told.needed.peer, told.needed.proto, told.needed.port) == ("web", "TCP", 5432)


def test_without_a_policy_everything_is_allowed() -> None:
    """At both ends, where all policies were listed."""
    assert {(one.permit, one.ground) for one in asked([]).values()} == {(Permit.ALLOWED, Ground.NO_POLICY)}


def test_policies_that_nobody_listed_are_unknown() -> None:
    """The command that lists them is named; one policy alone proves neither that it denies nor that nothing allows."""
    for more in ([], [DENY]):
        told = asked(more, lists=("namespaces", "pods -A", "networkpolicies -n other"))["ingress"]
        assert told.permit is Permit.UNKNOWN
        assert "kubectl -n shop get networkpolicies -o yaml" in {unknown.command for unknown in told.unknowns}


def test_a_rule_that_matches_decides_however_little_is_known_of_others() -> None:
    """Rules of NetworkPolicies only add to each other."""
    allow = netpol(
        "shop/allow", ingress=[{"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}}}]}]
    )
    strange = netpol("shop/strange", ingress=[{"from": [{"podSelector": {}}], "schedule": "at night"}])
    told = asked([allow, strange])["ingress"]
    assert (told.permit, told.ground) == (Permit.ALLOWED, Ground.RULE)
    assert told.policies[0].called == "shop/allow"


def test_a_field_that_is_not_known_makes_the_answer_unknown() -> None:
    """It could narrow the rule, or add to it."""
    told = asked([netpol("shop/strange", ingress=[{"schedule": "at night"}])])["ingress"]
    assert told.permit is Permit.UNKNOWN
    assert any("schedule" in unknown.missing for unknown in told.unknowns)


def test_labels_that_nobody_shows_make_the_answer_unknown_only_where_they_decide() -> None:
    """The name of a namespace is a label that is always there."""
    by_team = netpol("shop/allow", ingress=[{"from": [{"namespaceSelector": {"matchLabels": {"team": "a"}}}]}])
    by_name = netpol(
        "shop/allow", ingress=[{"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}}}]}]
    )
    unlisted = tuple(listed for listed in LISTS if listed != "namespaces")
    told = asked([by_team], lists=unlisted)["ingress"]
    assert told.permit is Permit.UNKNOWN
    assert "kubectl get namespace web -o yaml" in {unknown.command for unknown in told.unknowns}
    assert asked([by_name], lists=unlisted)["ingress"].permit is Permit.ALLOWED


def test_a_pod_reaches_itself_and_its_node_reaches_it() -> None:
    """Whatever policies say (Kubernetes, Network Policies)."""
    everything = netpol("shop/deny-all", policyTypes=["Ingress", "Egress"])
    assert asked([everything], "10.1.0.2", "10.1.0.2")["ingress"].ground is Ground.ITSELF
    assert asked([everything], "192.168.50.12")["ingress"].ground is Ground.OWN_NODE
    assert asked([everything], "192.168.50.11")["ingress"].permit is Permit.DENIED


def test_a_pod_on_its_host_is_no_pod_to_policies() -> None:
    """None is about it, and no pod selector selects it; its address is what a block may name."""
    by_pods = netpol("shop/allow", ingress=[{"from": [{"namespaceSelector": {}}]}])
    by_block = netpol("shop/allow", ingress=[{"from": [{"ipBlock": {"cidr": "192.168.50.0/24"}}]}])
    assert asked([by_pods], "192.168.50.11")["ingress"].permit is Permit.DENIED
    assert asked([by_block], "192.168.50.11")["ingress"].permit is Permit.ALLOWED
    assert set(asked([DENY], "192.168.50.11")) == {"ingress"}


def test_of_protocols_without_ports_a_denial_is_left_to_the_network() -> None:
    """Policies are "only guaranteed to deny TCP, UDP and SCTP": whether a ping passes depends on who implements it."""
    told = asked([DENY], proto="icmp")["ingress"]
    assert told.permit is Permit.UNKNOWN
    assert any("icmp" in unknown.missing for unknown in told.unknowns)
