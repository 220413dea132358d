"""What is missing to say which rule of Calico's decides."""

from podpath.state.policing import Permit
from tests.policy.calico_clusters import asked, gnp, np
from tests.policy.test_calico import ALLOW, REFUSE
from tests.policy.test_calico_match import BASE


def test_two_kinds_with_one_order_are_told() -> None:
    """The rules of the node show which is first."""
    both = [np("shop/own", order=5, ingress=[ALLOW]), gnp("all", order=5, ingress=[REFUSE])]
    found = asked(both)["ingress"]
    assert found.permit is Permit.UNKNOWN
    assert [(one.missing, one.command) for one in found.unknowns] == [
        ("which of the policies with one order is asked first", "iptables-save -c")
    ]


def test_the_account_of_a_pod_is_told_with_the_command_that_shows_it() -> None:
    """By its name, if the pod shows that."""
    policy = gnp("p", ingress=[{"action": "Allow", "source": {"serviceAccounts": {"selector": "is == 'x'"}}}])
    found = asked([policy], "10.1.0.3", base=BASE)["ingress"]
    missing = {one.missing: one.command for one in found.unknowns}
    assert missing["the labels of the service account of shop/c"] == "kubectl -n shop get pods,serviceaccounts -o yaml"
    assert missing["the labels of the service account default of shop/db-0"]


def test_nothing_is_missing_where_the_answer_is_certain() -> None:
    """Whatever is not known of policies that come later."""
    found = asked([gnp("first", order=1, ingress=[REFUSE]), gnp("new", order=2, future=1, ingress=[ALLOW])])["ingress"]
    assert (found.permit, found.unknowns) == (Permit.DENIED, ())
