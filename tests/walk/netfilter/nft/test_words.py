"""The form for people says what the JSON says."""

# ruff: noqa: E501 - rules are read whole

from typing import Any

import orjson
import pytest

from podpath.walk.netfilter.nft.blocks import items
from podpath.walk.netfilter.nft.types import UNREAD
from podpath.walk.netfilter.nft.words import statements
from tests.netlink.space import Space

SETUP = (
    "add table inet t", "add chain inet t other", "add chain inet t c { type filter hook forward priority mangle - 5; policy drop; }",
    "add chain inet t n { type nat hook prerouting priority dstnat; }",
    "add set inet t s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.0.1-192.168.0.9 } }",
    'add set inet t d { type ipv4_addr . inet_service; flags timeout; timeout 1m; elements = { 10.0.0.1 . 80 timeout 10s comment "x y" } }',
    "add set inet t dyn { type ipv4_addr; flags dynamic,timeout; timeout 1m; size 100; }",
    "add set inet t st { type ct_state; elements = { new, established } }", "add counter inet t http", "add counter inet t https",
    "add quota inet t q { over 20 mbytes; }", "add limit inet t l { rate 5/second; }", 'add ct helper inet t ftp { type "ftp" protocol tcp; }',
    "add map inet t m { type inet_service : ipv4_addr; elements = { 80 : 10.1.1.1, 443 : 10.1.1.2 } }",
    "add map inet t v { type ipv4_addr . inet_service : verdict; elements = { 10.0.0.1 . 80 : goto other, 10.0.0.2 . 22 : drop } }",
)  # fmt: skip
RULES = (
    "ct state established,related accept", "ct state != { new, untracked } drop", "ct status & (snat | dnat) == dnat counter",
    "ct original ip daddr 10.0.0.1 ct direction reply", "ct mark set meta mark & 0xff", "tcp flags & (syn | ack) == syn", "tcp flags syn",
    "tcp dport { 22, 80-90, 443 } accept", "ip saddr @s ip daddr != 10.0.0.0/8", "ip daddr . tcp dport vmap @v", "ip6 saddr fd00::/8 drop",
    'iifname "eth*" oifname != "lo"', 'iifname { "a", "b" } meta pkttype broadcast', "fib daddr . iif type local",
    "fib saddr . iif oif missing drop", "meta mark set meta mark | 0x4000", "numgen random mod 2 vmap { 0 : accept, 1 : jump other }",
    "jhash ip saddr . tcp dport mod 2 seed 0xabc 1", 'meta l4proto { tcp, udp } th dport 53 comment "hello # world"', "notrack",
    "meta mark set ip saddr map { 10.0.0.1 : 1, 10.0.0.2 : 2 }", "limit rate 5/second burst 10 packets accept", "icmp type echo-request",
    "meta l4proto tcp reject with tcp reset", "reject with icmpx type admin-prohibited", "ip dscp set cs2", "ip ttl set 5", "tcp option maxseg size set 1400",
    'log prefix "a b" group 3', "quota over 5 mbytes drop", "ip saddr & 255.0.0.255 == 10.0.0.1", "goto other", "return",
    "ip6 daddr { ::/96, ::ffff:0.0.0.0/96, 2002::/24, ::ffff:10.0.0.1-::ffff:10.0.0.9 } drop", "ip6 saddr ::ffff:10.0.0.0/104 drop",
    "ip6 saddr ::ffff:10.1.2.3 drop", "ip6 daddr != ::10.0.0.0/104",
    'meta hour "17:00"-"19:00" accept', 'meta hour { "01:00"-"02:00", "05:00" } drop', 'meta day { "Monday", "Tuesday" } drop',
    'osf ttl loose name "Linux"', 'osf ttl skip version "Linux:3.1"', "fib saddr . mark . iif oif missing", 'fib saddr . iif oifname "lo"',
    "rt ip nexthop 192.168.0.1", "rt mtu > 1400", "rt nexthdr 1", "rt seg-left { 33, 55 }", "ipsec out spnum 3 reqid 5",
    "ipsec in ip saddr 10.0.0.1", "ipsec in spi 1-561", "tcp flags & (fin | syn | rst | ack) == fin", "tcp flags & (syn | ack) == syn | ack drop",
    "tcp flags ! fin,rst", "tcp flags vmap { syn : accept, ack : drop }", "tcp option window count 1", "tcp option sack left 1",
    "tcp option timestamp tsval 1", "tcp option mptcp subtype 1", "tcp option maxseg missing", "tcp option maxseg size vmap { 1-536 : drop }",
    "tcp option 255 missing", "tcp option maxseg size set rt mtu", "sctp chunk init missing", "sctp chunk data flags 1", "hbh nexthdr { esp, ah }",
    "frag more-fragments 1", "exthdr hbh vmap { exists : accept, missing : drop }", "srh tag 127", "ip option lsrr ptr 1", "ip option ra missing",
    "ct expiration > 4d23h59m59s", "ct expiration { 33-55, 66-88 }", "ct original ip saddr 10.0.0.1",
    "ct event set new,related,destroy", 'counter name tcp dport map { 80 : "http", 443 : "https" }', 'counter name "http"',
    'quota name "q"', 'limit name "l" accept', "quota over 25 mbytes used 5 mbytes drop", "limit rate over 10/second burst 4 packets drop",
    "limit rate over 1025 bytes/second burst 512 bytes drop", "synproxy mss 1460 wscale 5 timestamp sack-perm", 'ct helper set "ftp"',
    "update @dyn { ip saddr timeout 30s limit rate 10/second burst 9 packets } accept", "meta mark set (ct mark | 0x10) & 0xff",
    "meta mark set ct mark << 8 | 0x10", "ip saddr & 0.0.0.255 . tcp dport { 0.0.0.1 . 80 }", "@th,16,16 { 53, 80 }", "@nh,8,8 & 0xf == 1",
    "meta l4proto . th dport { tcp . 53, udp . 67 }", "ct mark set meta mark map { 1 : 10, 2 : 20 }", "ct state @st drop",
)  # fmt: skip
NAT = (
    "dnat ip to 10.0.0.1", "tcp dport 80 dnat ip to 10.0.0.1:8080", "tcp dport 80 dnat ip to 10.0.0.1-10.0.0.4:80-90 random",
    "tcp dport 80 dnat ip6 to [fd00::1]:80", "udp dport 53 redirect to :5353", "dnat ip to tcp dport map @m", "redirect",
    "dnat ip prefix to ip saddr map { 10.1.0.0/24 : 10.2.0.0/24 }", "dnat ip to ip saddr map { 10.1.0.0/24 : 10.2.0.2-10.2.0.8 }",
    "tcp dport 80 redirect to :tcp dport map { 80 : 8080 }", "tcp dport 80 dnat ip to ip saddr map { 10.0.0.1 : 10.0.0.2 }:tcp dport map { 80 : 81 }",
    "tcp dport 80 dnat ip to jhash ip saddr mod 2 map { 0 : 10.1.0.1, 1 : 10.1.0.2 } : 80", "tcp dport 80 dnat ip6 to [fd00::1]-[fd00::9]:80-90",
    "dnat ip prefix to 10.2.0.0/24", "dnat ip6 to ::ffff:10.0.0.1", "dnat ip to 10.2.0.0/24",
    "dnat ip addr . port to ip daddr . tcp dport map { 1.1.1.1 . 80 : 2.2.2.2 . 81 }",
)  # fmt: skip


def _before_1_1(item: Any) -> Any:  # noqa: ANN401 - a document
    """Return what nft printed before 1.1.3: flags in a mask were a list, and are `{"|": [...]}` now."""
    if isinstance(item, list):
        return [_before_1_1(part) for part in item]
    if not isinstance(item, dict):
        return item
    flags = item.get("|")
    if isinstance(flags, list) and all(isinstance(flag, str) for flag in flags):
        return flags
    return {key: _before_1_1(part) for key, part in item.items()}


@pytest.mark.root
def test_both_forms_are_one_ruleset(space: Space) -> None:
    """Rule by rule, set by set, as the real program prints them."""
    for command in SETUP:
        space.run("nft", command)
    for chain, rules in (("c", RULES), ("n", NAT)):
        for rule in rules:
            space.run("nft", f"add rule inet t {chain} {rule}")
    listed = [_before_1_1(item) for item in orjson.loads(space.do("nft -j list ruleset"))["nftables"]]
    mine = list(items(space.do("nft list ruleset")))
    assert [item["rule"]["expr"] for item in mine if "rule" in item] == [
        item["rule"]["expr"] for item in listed if "rule" in item
    ]
    for kind, keys in (
        ("chain", ("name", "type", "hook", "prio", "policy")),
        ("set", ("name", "type")),
        ("map", ("name", "type")),
    ):
        parts = [[{key: item[kind].get(key) for key in keys} for item in some if kind in item] for some in (mine, listed)]
        assert sorted(parts[0], key=str) == sorted(parts[1], key=str)


@pytest.mark.parametrize("text", ["wizardry 5 {", "tcp dport", "ip saddr vmap { 1 : ", "((((" * 2000, "dnat to", "ct original"])
def test_what_cannot_be_read_is_kept_as_unknown(text: str) -> None:
    """No rule is skipped, and none ends in a traceback."""
    found, _ = statements(text)
    assert any(UNREAD in statement for statement in found)


@pytest.mark.parametrize(
    "rule",
    [
        "reset udp option sack-permitted drop",
        "wizard ip saddr 10.0.0.1 drop",
        "wizard 5 drop",
        "5 wizard drop",
        "10.0.0.1 drop",
    ],
)
def test_words_that_nobody_knows_leave_the_rule_unread(rule: str) -> None:
    """They are no comparison of constants, which would swallow the verdict."""
    found, _ = statements(f"tcp dport 80 {rule}")
    assert UNREAD in found[-1]


def test_a_missing_header_is_asked_for() -> None:
    """Also with an operator before the word."""
    (match, _), _ = statements("exthdr hbh != exists drop")
    assert match == {"match": {"op": "!=", "left": {"exthdr": {"name": "hbh"}}, "right": True}}


@pytest.mark.parametrize(
    "rule", ["iifname $LAN drop", "tcp dport { 80, $PORT } drop", "jump $chain", 'iifname "$LAN" tcp dport $PORT drop']
)
def test_a_variable_is_no_word_of_a_rule(rule: str) -> None:
    """The rule is unknown: it must not be taken for one that asks for a name with a dollar sign. In quotes it is one."""
    assert UNREAD in statements(rule)[0][-1]
    assert UNREAD not in statements('iifname "$LAN" drop')[0][-1]
