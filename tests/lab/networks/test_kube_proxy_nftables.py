"""kube-proxy's table for nftables."""

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_the_table_has_the_names_that_kube_proxy_gives() -> None:
    """Maps from address and port to chains, by their hashes."""
    text = compose(load("kube-proxy-nftables")).node("n1").nft
    for words in (
        "add element ip kube-proxy service-ips { 10.96.0.10 . tcp . 80 : goto service-",
        "-default/web/tcp/tcp numgen random mod 2 vmap { 0 : goto endpoint-",
        "meta l4proto tcp dnat to 10.244.1.10:80",
        'kube-proxy no-endpoint-services { 10.96.0.14 . tcp . 80 comment "default/empty:tcp" : goto reject-chain }',
        'add element ip kube-proxy no-endpoint-nodeports { tcp . 30081 comment "default/edge:tcp" : drop }',
        "flags dynamic,timeout ; timeout 10800s",
    ):
        assert words in text, words
    assert "KUBE-" not in compose(load("kube-proxy-nftables")).node("n1").iptables
