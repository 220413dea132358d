"""`nft list ruleset`."""

import json

import pytest

from podpath.readers.nft import READER
from podpath.readers.registry import reader_of_line
from podpath.state.evidence import Complete, covers
from podpath.state.host import Ruleset
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
# Warning: table ip nat is managed by iptables-nft, do not touch!
table inet t { # handle 3
\tset s {
\t\ttype ipv4_addr
\t\telements = { 10.0.0.0/8,
\t\t\t     192.168.0.0/16 }
\t}

\tchain base { # handle 1
\t\ttype filter hook forward priority filter; policy accept;
\t\tip saddr { 1.1.1.1, 2.2.2.2 } accept comment "a } b" # handle 4
\t\ttcp dport vmap { 80 : accept,
\t\t\t\t 443 : jump other }
\t}

\tchain other {
\t\tcomment "hello"
\t}
}
"""


def test_text() -> None:
    """Braces in quotes and rules over several lines do not mislead."""
    assert rows(READER, "nft -a list ruleset", TEXT) == [Ruleset("nft", 2, 2, opaque=True)]


def test_policy() -> None:
    """A chain that refuses is not transparent, even without rules; one that accepts is."""
    text = "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n"
    assert rows(READER, "nft list ruleset", text) == [Ruleset("nft", 1, 0, opaque=True)]
    assert rows(READER, "nft list ruleset", text.replace("drop", "accept")) == [Ruleset("nft", 1, 0, opaque=False)]


def test_json() -> None:
    """JSON is counted by its objects, also where it arrives as text."""
    document = {"nftables": [{"metainfo": {}}, {"chain": {"name": "c", "policy": "accept"}}, {"rule": {"chain": "c"}}]}
    assert json_rows(READER, document) == [Ruleset("nft", 1, 1, opaque=True)]
    assert rows(READER, "nft -j list ruleset", json.dumps(document)) == [Ruleset("nft", 1, 1, opaque=True)]


def test_damage() -> None:
    """A line outside a table is a complaint."""
    assert complaints(READER, "nft list ruleset", TEXT + "what is this\n") == [
        (19, 'this looks like `nft list ruleset` output but "what" begins no table')
    ]
    assert complaints(READER, "nft -j list ruleset", '{"nftables": [\n') == [
        (0, "this looks like `nft -j list ruleset` output but it is no whole JSON")
    ]


def test_coverage() -> None:
    """Only the whole ruleset shows all of it."""
    assert READER.accepts(["nft", "list", "ruleset"]) == (covers(Ruleset, part="nft"),)
    partial = (covers(Ruleset, part="nft", complete=Complete.NO),)
    for line in ("nft list ruleset ip", "nft list table ip nat", "nft list chain inet t base", "nft -a list table nat"):
        assert READER.accepts(line.split()) == partial
    for line in ("nft flush ruleset", "nft list tables", "nft list the rules"):
        assert READER.accepts(line.split()) is None


@pytest.mark.parametrize(
    "command", ["cat /etc/nftables.conf", "less /etc/nftables/main.nft", "cat /etc/sysconfig/nftables.conf", "cat my.nft"]
)
def test_a_file_for_nft_shows_no_table_whole(command: str) -> None:
    """What nft loads need not be what the kernel has."""
    assert READER.accepts(command.split()) == (covers(Ruleset, part="nft", complete=Complete.NO),)
    assert READER.accepts(["cat", "/etc/fstab"]) is None


@pytest.mark.parametrize(
    "line",
    ["#!/usr/sbin/nft -f", "flush ruleset", "define LAN = eth0", "table inet t {", "add table inet t", "delete table ip filter;"],
)
def test_a_file_for_nft_is_known_by_its_first_line(line: str) -> None:
    """So that what stands above its tables is kept with them."""
    assert reader_of_line(line) is READER
