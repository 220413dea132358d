"""Packet filters."""

import shutil
import subprocess
from unittest import mock

import pytest

from podpath.collect.node import rulesets
from podpath.collect.node.rulesets import Printed
from podpath.state.evidence import Coverage
from podpath.state.host import Missing
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_no_program_is_started_where_there_is_nothing(space: Space) -> None:
    """Silence is complete all the same."""
    with mock.patch.object(subprocess, "run", side_effect=AssertionError("a program was started")):
        found = space.inside(lambda: list(rulesets.rulesets()))
    seen = {item.part or item.table for item in found if isinstance(item, Coverage)}
    assert seen == {"nft", "iptables", "ip6tables", "arptables", "ipset", "recent", "virtual_server"}
    assert len(found) == 7


def test_each_back_end_is_printed(space: Space) -> None:
    """Both kinds of iptables at once, with counters; nftables; sets."""
    space.run("iptables-nft", "-A", "FORWARD", "-j", "ACCEPT")
    space.run("iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE")
    space.run("ip6tables-nft", "-A", "INPUT", "-j", "DROP")
    space.do("arptables-legacy -A INPUT -s 10.0.0.1 -j DROP")
    space.do("nft add table inet mine", "ipset create web hash:ip", "ipset add web 192.0.2.1")
    found = space.inside(lambda: list(rulesets.rulesets()))
    printed = {item.command: item.text for item in found if isinstance(item, Printed)}
    assert list(printed) == [
        "nft -j list ruleset", "iptables-nft-save -c", "ip6tables-nft-save -c", "iptables-legacy-save -c",
        "arptables-legacy -n -v -L", "ipset save",
    ]  # fmt: skip
    assert "[0:0] -A FORWARD -j ACCEPT" in printed["iptables-nft-save -c"]
    assert "-A POSTROUTING -j MASQUERADE" in printed["iptables-legacy-save -c"]
    assert "add web 192.0.2.1" in printed["ipset save"]


def test_a_program_that_is_not_installed_is_missing(space: Space) -> None:
    """There are rules, and nothing prints them."""
    space.run("iptables-nft", "-A", "FORWARD", "-j", "ACCEPT")
    with mock.patch.object(shutil, "which", return_value=None):
        found = space.inside(lambda: list(rulesets.rulesets()))
    missing = [item for item in found if isinstance(item, Missing)]
    assert [item.what.partition(":")[0] for item in missing] == ["what nft shows", "what iptables-save shows"]


def test_a_program_that_does_not_answer_is_missing(space: Space) -> None:
    """After the time limit."""
    space.do("nft add table inet mine")
    with mock.patch.object(subprocess, "run", side_effect=subprocess.TimeoutExpired("nft", 10)):
        found = space.inside(lambda: list(rulesets.rulesets()))
    assert any(isinstance(item, Missing) and "no answer" in item.what for item in found)


def test_modules_of_the_old_ebtables_are_told_where_they_are_loaded(space: Space) -> None:
    """Once, at the node's own namespace: to ask for rules would make the tables."""
    with mock.patch.object(rulesets, "loaded", return_value=True):
        found = {host: space.inside(lambda host=host: list(rulesets.rulesets(host=host))) for host in (True, False)}  # type: ignore[misc]
    assert [item.command for item in found[True] if isinstance(item, Missing)] == ["ebtables-legacy-save"]
    assert not [item for item in found[False] if isinstance(item, Missing)]


def test_lists_of_addresses_that_rules_have_seen_are_read(space: Space) -> None:
    """All of them, each with its name; an empty one, too."""
    space.do("iptables-legacy -A INPUT -m recent --name KUBE-SEP-X --set -j ACCEPT",
             "iptables-legacy -A INPUT -m recent --name empty --rcheck -j ACCEPT", "ping -c 1 127.0.0.1")  # fmt: skip
    (printed,) = [
        item for item in space.inside(lambda: list(rulesets.rulesets()))
        if isinstance(item, Printed) and "xt_recent" in item.command
    ]  # fmt: skip
    told = space.run("sh", "-c", printed.command)
    assert [line for line in printed.text.splitlines() if line] == [line for line in told.splitlines() if line]
    assert "==> /proc/net/xt_recent/empty <==" in printed.text
    assert "src=127.0.0.1 ttl: 64" in printed.text
