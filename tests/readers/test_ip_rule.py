"""``ip rule``."""

from typing import Any

import pytest

from podpath.readers.ip_rule import READER
from podpath.state.address import parse_ip
from podpath.state.route import Rule
from tests.readers.helper import json_rows, rows


def test_selectors_and_actions_are_read() -> None:
    """Sources, marks with masks, inversion, suppression, goto and the actions that look nothing up."""
    text = """\
0:	from all lookup local
100:	not from all fwmark 0xca6c/0xffff lookup 51820
300:	from all to 10.4.0.0/16 iif br0 [detached] ipproto tcp dport 80-90 lookup 52
400:	from all lookup main suppress_prefixlength 0
450:	from all goto 500
500:	from 10.5.0.1 unreachable
"""
    assert rows(READER, "ip rule", text) == [
        Rule(4, 0, "lookup", "local"),
        Rule(4, 100, "lookup", "51820", inverted=True, fwmark=0xCA6C, fwmask=0xFFFF),
        Rule(4, 300, "lookup", "52", dst=parse_ip("10.4.0.0"), dst_len=16, iif="br0", ipproto="tcp", dport="80-90"),
        Rule(4, 400, "lookup", "main", suppress_prefixlength=0),
        Rule(4, 450, "goto", goto=500),
        Rule(4, 500, "unreachable", src=parse_ip("10.5.0.1"), src_len=32),
    ]


def test_the_family_comes_from_the_command_where_no_address_tells() -> None:
    """`ip -6 rule` prints `from all` too."""
    assert rows(READER, "ip -6 rule", "0:	from all lookup local") == [Rule(6, 0, "lookup", "local")]


def test_masks_of_ports_are_read_alike_in_both_forms() -> None:
    """iproute2 6.15 writes a mask that leaves nothing out into its JSON alone; a real one has no column."""
    text = (
        "32764:\tfrom all dport 0x50/0xfff0 lookup 8\n32765:\tfrom all lookup 7 dscp AF11\n32766:\tfrom all dport 80 lookup 9\n"
    )
    document = [
        {"priority": 32764, "src": "all", "dport": 80, "dport_mask": "0xfff0", "table": "8"},
        {"priority": 32765, "src": "all", "table": "7", "dscp": "AF11", "dscp_mask": "0x3f"},
        {"priority": 32766, "src": "all", "dport": 80, "dport_mask": "0xffff", "table": "9"},
    ]
    expected = [
        Rule(4, 32764, "lookup", "8", rest="dport 0x50/0xfff0"),
        Rule(4, 32765, "lookup", "7", dscp=10),
        Rule(4, 32766, "lookup", "9", dport="80"),
    ]
    assert rows(READER, "ip rule", text) == expected
    assert json_rows(READER, document) == expected


def test_json_is_read_alike() -> None:
    """iproute2 writes an inverted rule as `"not": null`."""
    document = [{"priority": 200, "not": None, "src": "all", "fwmark": "0xca6c", "fwmask": "0xffff", "table": "51820"}]
    assert json_rows(READER, document) == [Rule(4, 200, "lookup", "51820", inverted=True, fwmark=0xCA6C, fwmask=0xFFFF)]


@pytest.mark.parametrize(
    ("line", "item", "more"),
    [
        ("tos 0x10 lookup 100", {"tos": "0x10", "table": "100"}, {"table": "100", "tos": 0x10}),
        ("dscp CS1 lookup 100", {"dscp": "CS1", "table": "100"}, {"table": "100", "dscp": 8}),
        ("dscp 0x8/0x38 lookup 100", {"dscp": "0x8/0x38", "table": "100"}, {"table": "100", "rest": "dscp 0x8/0x38"}),
        ("lookup [l3mdev-table]", {"l3mdev": None}, {"rest": "[l3mdev-table]"}),
        ("lookup main realms 1/2", {"table": "main", "flow_from": "1", "flow_to": "2"}, {"table": "main"}),
        (
            "lookup main suppress_ifgroup 5",
            {"table": "main", "suppress_ifgroup": "5"},
            {"table": "main", "rest": "suppress_ifgroup 5"},
        ),
        ("tun_id 5 lookup 7", {"tun_id": 5, "table": "7"}, {"table": "7", "rest": "tun_id 5"}),
        ("sport 80/0xf0 lookup 7", {"sport": "80/0xf0", "table": "7"}, {"table": "7", "rest": "sport 80/0xf0"}),
        ("wizard 3 lookup 7", {"wizard": 3, "table": "7"}, {"table": "7", "rest": "wizard 3"}),
        ("nop", {"nop": None}, {"action": "nop"}),
    ],
)
def test_no_selector_is_lost(line: str, item: dict[str, object], more: dict[str, Any]) -> None:
    """What has no column makes the rule one that may not hold; what selects nothing is left out."""
    expected = [Rule(4, 5, **({"action": "lookup"} | more))]
    assert rows(READER, "ip rule", f"5:\tfrom all {line}") == expected
    assert json_rows(READER, [{"priority": 5, "src": "all"} | item]) == expected
