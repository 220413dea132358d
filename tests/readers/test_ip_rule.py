"""``ip rule``."""

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


def test_json_is_read_alike() -> None:
    """iproute2 writes an inverted rule as `"not": null`."""
    document = [{"priority": 200, "not": None, "src": "all", "fwmark": "0xca6c", "fwmask": "0xffff", "table": "51820"}]
    assert json_rows(READER, document) == [Rule(4, 200, "lookup", "51820", inverted=True, fwmark=0xCA6C, fwmask=0xFFFF)]
