"""Who made a chain."""

import pytest

from podpath.walk.netfilter.interface import RuleHit
from podpath.walk.netfilter.names import Named, comments, named, who_made


@pytest.mark.parametrize(
    ("chain", "owner", "thing"),
    [
        ("KUBE-SVC-ABCDEFGHIJKLMNOP", "kube-proxy", None),
        ("service-4AT6LBPK-default/kubernetes/tcp/https", "kube-proxy", "default/kubernetes/tcp/https"),
        ("endpoint-5TPGNJF2-shop/web/tcp/http__10.1.0.5/8080", "kube-proxy", "shop/web/tcp/http"),
        ("DOCKER-ISOLATION-STAGE-2", "Docker", None),
        ("DOCKER", "Docker", None),
        ("cali-fw-cali72476272766", "Calico", "cali72476272766"),
        ("cali-pi-_kJqfZpgUe7r2t4A-14", "Calico", "_kJqfZpgUe7r2t4A-14"),
        ("KUBE-ROUTER-FORWARD", "kube-router", None),
        ("filter_IN_public_allow", "firewalld", "public"),
        ("ufw-user-forward", "ufw", None),
        ("ts-forward", "Tailscale", None),
        ("InstanceServices", "the Oracle Cloud image", None),
    ],
)
def test_chains_have_makers(chain: str, owner: str, thing: str | None) -> None:
    """By the names that the programs give them."""
    found = who_made(chain)
    assert found is not None
    assert (found.owner, found.object) == (owner, thing)


def test_a_name_of_ones_own_is_nobodys() -> None:
    """Nothing is guessed."""
    assert who_made("MY-RULES") is None
    assert who_made("anything", "firewalld") == Named("firewalld", "its own steps")


@pytest.mark.parametrize(
    ("chain", "text", "thing"),
    [
        ("KUBE-SVC-X", '-A KUBE-SVC-X -m comment --comment "shop/web:http -> 10.1.0.5:80" -j KUBE-SEP-Y', "shop/web:http"),
        ("KUBE-SERVICES", '-A KUBE-SERVICES -m comment --comment "shop/db:sql has no endpoints" -j REJECT', "shop/db:sql"),
        (
            "cali-tw-cali1",
            '-A cali-tw-cali1 -m comment --comment "cali:x" -m comment --comment "Policy shop/deny ingress"',
            "shop/deny",
        ),
        (
            "KUBE-POD-FW-NE7SP5Z4IWAZL7BU",
            '-A KUBE-POD-FW-NE7SP5Z4IWAZL7BU -m comment --comment "run through nw policy allow-web" -j KUBE-NWPLCY-2AQPO27D74',
            "allow-web",
        ),
        (
            "KUBE-POD-FW-NE7SP5Z4IWAZL7BU",
            "-A KUBE-POD-FW-NE7SP5Z4IWAZL7BU -m comment"
            ' --comment "rule to REJECT traffic destined for POD name:web-0 namespace: shop"'
            " -m mark ! --mark 0x10000/0x10000 -j REJECT --reject-with icmp-port-unreachable",
            "shop/web-0",
        ),
    ],
)
def test_comments_say_what_a_rule_is_about(chain: str, text: str, thing: str) -> None:
    """A service with its port, a policy."""
    hit = RuleHit("legacy", "ip", "filter", chain, 1, text, 0, "", 0, 1, "")
    found = named(hit)
    assert found is not None
    assert found.object == thing


def test_quotes_in_comments_are_kept() -> None:
    """As they are saved."""
    assert comments('-A X -m comment --comment "a \\"b\\"" -m comment --comment plain') == ('a \\"b\\"', "plain")
