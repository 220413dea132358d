"""What policies say where Calico enforces them: tiers, order, actions. What is right, Calico's documentation says."""

from typing import Any

import pytest

from podpath.readers.interface import Json
from podpath.state.policing import Ground, Permit, Policed
from tests.policy.calico_clusters import asked, calico, gnp, np, tier
from tests.policy.clusters import BASE, DENY, netpol, of_cluster

ALLOW: dict[str, Json] = {"action": "Allow"}
REFUSE: dict[str, Json] = {"action": "Deny"}
PASS: dict[str, Json] = {"action": "Pass"}
LOG: dict[str, Json] = {"action": "Log"}


def said(one: Policed) -> tuple[Permit, list[str]]:
    """Return the answer, and who gives it."""
    return one.permit, [f"{ref.called}#{ref.rule}" if ref.rule else ref.called for ref in one.policies]


@pytest.mark.parametrize(
    ("more", "permit", "by"),
    [
        ([gnp("deny", ingress=[REFUSE])], Permit.DENIED, ["GlobalNetworkPolicy deny#1"]),
        ([gnp("quiet", types=["Ingress"])], Permit.DENIED, ["GlobalNetworkPolicy quiet"]),
        ([gnp("other", types=["Egress"])], Permit.ALLOWED, []),
        ([gnp("logs", ingress=[LOG])], Permit.DENIED, ["GlobalNetworkPolicy logs"]),
        ([gnp("logs", ingress=[LOG, ALLOW])], Permit.ALLOWED, ["GlobalNetworkPolicy logs#2"]),
        ([gnp("first", order=1, ingress=[ALLOW]), gnp("second", order=2, ingress=[REFUSE])], Permit.ALLOWED, ["first#1"]),
        ([gnp("z", order=1, ingress=[REFUSE]), gnp("a", ingress=[ALLOW])], Permit.DENIED, ["z#1"]),
        ([gnp("b", order=7, ingress=[REFUSE]), gnp("a", order=7, ingress=[ALLOW])], Permit.ALLOWED, ["a#1"]),
        ([gnp("tenth", order=0.5, ingress=[REFUSE]), gnp("one", order=1, ingress=[ALLOW])], Permit.DENIED, ["tenth#1"]),
        ([gnp("zero", order=0, ingress=[REFUSE]), gnp("minus", order=-1, ingress=[ALLOW])], Permit.ALLOWED, ["minus#1"]),
        ([np("shop/own", ingress=[ALLOW]), gnp("late", ingress=[REFUSE])], Permit.UNKNOWN, ["late#1", "own#1"]),
        ([np("shop/own", order=1, ingress=[ALLOW])], Permit.ALLOWED, ["Calico's shop/own#1"]),
        ([np("web/foreign", ingress=[REFUSE])], Permit.ALLOWED, []),
        ([gnp("passes", ingress=[PASS])], Permit.ALLOWED, ["passes#1"]),
        ([gnp("hosts", ingress=[REFUSE], preDNAT=True, applyOnForward=True)], Permit.ALLOWED, []),
        ([gnp("hosts", ingress=[REFUSE], doNotTrack=True, applyOnForward=True)], Permit.ALLOWED, []),
        ([gnp("forward", ingress=[REFUSE], applyOnForward=True)], Permit.DENIED, ["forward#1"]),
    ],
)  # fmt: skip
def test_the_first_rule_that_matches_decides(more: list[dict[str, Any]], permit: Permit, by: list[str]) -> None:
    """By order, without one last, with one order by name; two kinds with one order may say different things."""
    found = said(asked(more)["ingress"])
    assert found[0] is permit
    assert len(found[1]) == len(by)
    assert all(name.endswith(end) for name, end in zip(found[1], by, strict=True))


@pytest.mark.parametrize(
    ("more", "permit"),
    [
        ([tier("early", 10), gnp("early.deny", tier="early", ingress=[REFUSE]), gnp("open", ingress=[ALLOW])], Permit.DENIED),
        ([tier("early", 10), gnp("early.pass", tier="early", ingress=[PASS]), gnp("open", ingress=[ALLOW])], Permit.ALLOWED),
        ([tier("early", 10), gnp("early.pass", tier="early", ingress=[PASS]), gnp("no", ingress=[REFUSE])], Permit.DENIED),
        ([tier("early", 10), gnp("early.none", tier="early", types=["Ingress"]), gnp("open", ingress=[ALLOW])], Permit.DENIED),
        ([tier("early", 10, defaultAction="Pass"), gnp("early.none", tier="early", types=["Ingress"])], Permit.ALLOWED),
        ([tier("early", 10), gnp("early.a", tier="early", selector="app == 'other'", ingress=[REFUSE])], Permit.ALLOWED),
        ([tier("late", 2_000_000), gnp("late.a", tier="late", ingress=[REFUSE]), gnp("open", ingress=[ALLOW])], Permit.ALLOWED),
        ([tier("late", None), gnp("late.a", tier="late", ingress=[REFUSE]), gnp("open", ingress=[PASS])], Permit.DENIED),
        ([tier("default", None), tier("mid", 9_000_000), gnp("mid.a", tier="mid", ingress=[REFUSE]), gnp("o", ingress=[ALLOW])],
         Permit.DENIED),
    ],
)  # fmt: skip
def test_tiers_are_asked_by_their_order(more: list[dict[str, Any]], permit: Permit) -> None:
    """Pass goes to the next; what no rule decides meets the tier's default action, if a policy of it is about the pod."""
    assert asked(more)["ingress"].permit is permit


@pytest.mark.parametrize(
    ("more", "permit"),
    [
        # NetworkPolicies are in the tier default, at order 1000: a Calico policy before them decides, one behind may allow more.
        ([DENY, gnp("early", order=999, ingress=[ALLOW])], Permit.ALLOWED),
        ([DENY, gnp("late", order=1001, ingress=[ALLOW])], Permit.ALLOWED),
        ([DENY, gnp("late", order=1001, selector="app == 'other'", ingress=[ALLOW])], Permit.DENIED),
        ([netpol("shop/open", ingress=[{}]), gnp("late", order=1001, ingress=[REFUSE])], Permit.ALLOWED),
        ([netpol("shop/open", ingress=[{}]), gnp("early", order=999, ingress=[REFUSE])], Permit.DENIED),
        ([netpol("shop/open", ingress=[{}]), gnp("same", order=1000, ingress=[REFUSE])], Permit.UNKNOWN),
        ([DENY, gnp("same", order=1000, ingress=[REFUSE])], Permit.DENIED),
        # Those of the whole cluster are in tiers of their own, before and behind.
        ([of_cluster("AdminNetworkPolicy", "a", priority=1, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
          gnp("open", ingress=[ALLOW])], Permit.DENIED),
        ([of_cluster("AdminNetworkPolicy", "a", priority=1, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
          tier("first", 1), gnp("first.open", tier="first", ingress=[ALLOW])], Permit.ALLOWED),
        ([of_cluster("BaselineAdminNetworkPolicy", "default", ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
          gnp("pass", ingress=[PASS])], Permit.DENIED),
    ],
)  # fmt: skip
def test_policies_of_kubernetes_have_their_places_among_them(more: list[dict[str, Any]], permit: Permit) -> None:
    """As the documentation of Calico orders them."""
    assert asked(more)["ingress"].permit is permit


def test_what_calicoctl_lists_of_networkpolicies_counts_once() -> None:
    """It shows them as its own, with a name of their own."""
    again = np("shop/knp.default.default-deny", order=1000, types=["Ingress"])
    assert said(asked([DENY, again, gnp("x", types=["Egress"])])["ingress"]) == (Permit.DENIED, ["shop/default-deny"])
    assert asked([again])["ingress"].permit is Permit.DENIED


def test_where_all_is_passed_on_the_profile_allows() -> None:
    """And says who has passed it on."""
    found = asked([gnp("passes", ingress=[PASS])])["ingress"]
    assert (found.permit, found.ground) == (Permit.ALLOWED, Ground.PROFILE)


def test_a_tier_that_nobody_has_shown_is_unknown_where_it_matters() -> None:
    """Neither its order nor its default action."""
    kinds = ("NetworkPolicy", "GlobalNetworkPolicy")
    both = [gnp("x.deny", tier="x", ingress=[REFUSE]), gnp("open", ingress=[ALLOW])]
    found = asked(both, kinds=kinds)["ingress"]
    assert found.permit is Permit.UNKNOWN
    assert "order and default action of the tier x" in [one.missing for one in found.unknowns]
    alike = [gnp("x.deny", tier="x", ingress=[REFUSE]), gnp("deny", ingress=[REFUSE])]
    assert asked(alike, kinds=kinds)["ingress"].permit is Permit.DENIED
    two = [*alike, gnp("y.deny", tier="y", ingress=[REFUSE])]
    assert asked(two, kinds=kinds)["ingress"].permit is Permit.UNKNOWN


def test_pings_are_asked_as_all_else() -> None:
    """Calico applies policies to every protocol, where the Kubernetes API leaves it open."""
    assert asked([DENY, gnp("e", types=["Egress"])], proto="ICMP", port=None)["ingress"].permit is Permit.DENIED
    ping: dict[str, Json] = {"action": "Allow", "protocol": "ICMP", "icmp": {"type": 8}}
    assert asked([gnp("ping", ingress=[ping])], proto="ICMP", port=None)["ingress"].permit is Permit.ALLOWED
    assert asked([gnp("ping", ingress=[ping])])["ingress"].permit is Permit.DENIED


def test_a_node_reaches_its_own_pods_and_not_the_other_way_round() -> None:
    """What a pod sends to its node passes the pod's policies."""
    assert (
        asked([gnp("deny", ingress=[REFUSE], egress=[REFUSE])], "192.168.50.12", "10.1.0.2")["ingress"].permit is Permit.ALLOWED
    )
    assert asked([gnp("deny", ingress=[REFUSE], egress=[REFUSE])], "10.1.0.2", "192.168.50.12")["egress"].permit is Permit.DENIED


@pytest.mark.parametrize(
    ("more", "permit", "missing"),
    [
        ([calico("HostEndpoint", "n2-eth0", {"node": "n2"}), gnp("f", applyOnForward=True, ingress=[ALLOW])], Permit.UNKNOWN,
         "what policies of host endpoints do"),
        ([calico("HostEndpoint", "n2-eth0", {"node": "n2"}), gnp("f", applyOnForward=True, ingress=[REFUSE])], Permit.DENIED, ""),
        ([calico("HostEndpoint", "n2-eth0", {"node": "n2"}), gnp("f", ingress=[ALLOW])], Permit.ALLOWED, ""),
        ([gnp("new", future=[1], ingress=[ALLOW])], Permit.UNKNOWN, "what future of GlobalNetworkPolicy new means"),
        ([gnp("http", ingress=[{"action": "Allow", "http": {}}])], Permit.UNKNOWN, "what http of GlobalNetworkPolicy http means"),
        ([gnp("bad", selector="a = 'x'", ingress=[ALLOW])], Permit.UNKNOWN, "what spec of GlobalNetworkPolicy bad means"),
        ([gnp("ports", ingress=[{"action": "Allow", "protocol": "TCP", "source": {"ports": [40000]}}])], Permit.UNKNOWN,
         "the sender's port, which GlobalNetworkPolicy ports asks for"),
        ([gnp("both", types=[], egress=[ALLOW])], Permit.UNKNOWN,
         "whether GlobalNetworkPolicy both is about ingress: it has no types"),
        ([gnp("sa", serviceAccountSelector="team == 'x'", types=["Ingress"])], Permit.UNKNOWN,
         "the labels of the service account"),
    ],
)  # fmt: skip
def test_what_is_not_modelled_or_not_shown_is_unknown_and_named(more: list[dict[str, Any]], permit: Permit, missing: str) -> None:
    """Unless something else decides."""
    found = asked(more)["ingress"]
    assert found.permit is permit
    assert any(missing in one.missing for one in found.unknowns) or not missing


def test_policies_of_calico_that_nobody_listed_leave_a_default_open() -> None:
    """A denial by a rule stands."""
    found = asked([gnp("quiet", types=["Egress"])], kinds=("GlobalNetworkPolicy",))["ingress"]
    assert found.permit is Permit.UNKNOWN
    assert [one.missing for one in found.unknowns] == ["all policies of Calico for the namespace shop"]
    found = asked([gnp("deny", order=1, ingress=[REFUSE])], kinds=("GlobalNetworkPolicy",))["ingress"]
    assert found.permit is Permit.DENIED
    assert {"NetworkSet", "GlobalNetworkSet", "HostEndpoint"} <= set(found.assumed)


def test_without_objects_of_calico_nothing_changes() -> None:
    """The kinds of Kubernetes alone are judged as before."""
    assert asked([DENY], base=BASE)["ingress"].permit is Permit.DENIED
    assert asked([DENY], proto="ICMP", port=None)["ingress"].permit is Permit.UNKNOWN
