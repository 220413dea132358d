"""Rules."""

import pytest

from podpath.netlink import rule
from podpath.state.route import Rule
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_rules_are_what_ip_prints(space: Space) -> None:
    """Every selector and action."""
    space.do(
        "ip rule add from 10.1.0.0/24 fwmark 0x10/0xf0 lookup 100 pref 100",
        "ip rule add fwmark 7 lookup 100 pref 97",
        "ip rule add to 10.3.0.0/16 iif br0 prohibit pref 101",
        "ip rule add not from 1.1.1.1 uidrange 1-9 ipproto tcp dport 80 goto 32766 pref 99",
        "ip rule add sport 10-20 ipproto udp oif lo lookup main pref 96",
        "ip rule add pref 98 lookup main suppress_prefixlength 0",
        "ip rule add pref 102 blackhole",
        "ip rule add not tos 0x10 table 8 pref 104",
        "ip rule add tun_id 5 table 7 pref 105",
        "ip rule add suppress_ifgroup 5 table main pref 106",
        "ip rule add l3mdev pref 107",
        "ip rule add pref 103 unreachable",
        "ip -6 rule add from fd00::/8 lookup 100 pref 100",
    )
    for family in (4, 6):
        rows = of_type(Rule, space.table(rule.rows, rule.TABLES[family]))
        assert rows == of_type(Rule, space.read(f"ip -{family} -j rule show"))
        assert len(rows) == {4: 15, 6: 3}[family]
