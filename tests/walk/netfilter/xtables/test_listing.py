"""What ``iptables -L`` prints, held against what ``iptables -S`` prints of the same rules."""

import subprocess
import uuid
from collections.abc import Iterator

import pytest

from podpath.state.address import V4
from podpath.walk.netfilter.xtables.listing import as_rules, is_listing
from podpath.walk.netfilter.xtables.rule import parse

FILTER = """\
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
-A INPUT -p tcp --dport 22 -m state --state NEW -j ACCEPT
-A INPUT -p udp --sport 53 --dport 1000:2000 -s 10.0.0.0/8 ! -d 10.1.0.0/16 -j DROP
-A INPUT -p icmp --icmp-type 8 -j ACCEPT
-A INPUT -m mark --mark 0x8000/0x8000 -m comment --comment "dropping marked" -j DROP
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A INPUT -m comment --comment "no target"
-A INPUT -p tcp --syn -j RETURN
-A INPUT -p tcp ! --dport 80 -j RETURN
-A INPUT -g MINE
-A INPUT -m limit --limit 3/min -j ACCEPT
-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -m physdev --physdev-is-bridged -j ACCEPT
-A INPUT -m conntrack ! --ctstate DNAT -j ACCEPT
-A INPUT ! -p tcp -j ACCEPT
-P FORWARD DROP
"""
NAT = """\
-A PREROUTING -m addrtype ! --dst-type LOCAL -j RETURN
-A PREROUTING -p tcp -d 192.0.2.4 --dport 80 -j DNAT --to-destination 10.0.0.1:8080
-A PREROUTING -m statistic --mode random --probability 0.5 -j RETURN
-A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 8080
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.17.0.2 -j SNAT --to-source 192.0.2.4
-A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A POSTROUTING -j MARK --or-mark 0x4000
-A POSTROUTING -j MARK --and-mark 0x4000
-A POSTROUTING -j MASQUERADE --random-fully
"""


HIDING = """\
Chain INPUT (policy ACCEPT)
target     prot opt source               destination
ACCEPT     all  --  anywhere             anywhere
ACCEPT     tcp  --  gateway              anywhere             tcp dpt:ssh
"""
STRANGE = """\
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
    0     0 ACCEPT     0    --  *      *       0.0.0.0/0            0.0.0.0/0            recent: CHECK name: DEFAULT
"""


@pytest.fixture
def space() -> Iterator[str]:
    """A network namespace of its own."""
    name = f"listing-{uuid.uuid4().hex[:8]}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def typed(space: str, command: str) -> str:
    """Return what a command prints in a namespace."""
    return subprocess.run(["ip", "netns", "exec", space, "sh", "-c", command], check=True, capture_output=True, text=True).stdout


def questions(lines: list[str]) -> list[str]:
    """Return rules, policies and chains as podpath understands them."""
    found = []
    for line in lines:
        if line.startswith(("-P ", "-N ")):
            found.append(line.partition(" -c ")[0])
        elif "-A " in line:
            found.append(parse(line, V4, None).text())
    return sorted(found)


@pytest.mark.root
@pytest.mark.parametrize("program", ["iptables-nft", "iptables-legacy"])
@pytest.mark.parametrize("options", ["-L -n -v", "-nvxL --line-numbers"])
@pytest.mark.parametrize(("table", "rules"), [("filter", FILTER), ("nat", NAT)])
def test_a_listing_says_what_the_rules_say(space: str, program: str, options: str, table: str, rules: str) -> None:
    """Read from either, each rule asks the same and does the same."""
    script = "; ".join(f"{program} -t {table} {line}" for line in ["-N MINE", *rules.splitlines()])
    typed(space, script)
    text = typed(space, f"{program} -t {table} {options}")
    assert is_listing(text)
    listed = text.split("\n")
    rows = as_rules(listed)
    assert len(rows) == len(listed)
    assert questions(rows) == questions(typed(space, f"{program} -t {table} -S").split("\n"))


def test_what_a_listing_hides_is_unknown() -> None:
    """Without -v no interface is shown, without -n addresses and ports are names."""
    rows = as_rules(HIDING.splitlines())
    for row in rows[2:]:
        rule = parse(row, V4)
        assert any(used.extension is None for used in rule.matches), row


def test_words_that_are_not_known_are_a_match_that_nobody_knows() -> None:
    """They are never left out."""
    (_, row) = as_rules(STRANGE.splitlines())
    rule = parse(row, V4)
    assert [used.name for used in rule.matches] == ["recent: CHECK name: DEFAULT"]
    assert rule.text().endswith("-j ACCEPT")
