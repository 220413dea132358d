"""The root behind a packet that was lost: a rule that led it away from the main table's route."""

import pytest

from tests.walk.pasted import node, trace, world

DUMMY = """3: dummy0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default
    link/ether 02:00:00:00:05:02 brd ff:ff:ff:ff:ff:ff
    inet 10.5.0.2/32 scope global dummy0"""
HOME = "local 10.5.0.2 dev dummy0 table local proto kernel scope host src 10.5.0.2"
RULE = "32765:	from 192.168.0.0/24 lookup 77\n"


@pytest.mark.parametrize(
    ("main", "cause"),
    [
        ("10.5.0.0/24 via 192.168.0.2 dev eth0", "policy-rule-steals-traffic"),
        ("default via 192.168.0.2 dev eth0", "peer-route-missing"),
    ],
)
def test_the_rule_is_blamed_where_the_main_table_knows_the_way(main: str, cause: str) -> None:
    """The host that got the packet by the rule's table has nothing to do with it; a mere default route is no better knowledge."""
    stealing = node(1, routes=f"{main}\ndefault via 192.168.0.3 dev eth0 table 77").replace("32766:", f"{RULE}32766:")
    stealing = stealing.replace("# ip neigh show", "# ip neigh show\n192.168.0.3 dev eth0 lladdr 02:00:00:00:00:03 REACHABLE")
    deaf = (
        node(3)
        .replace("net.ipv4.ip_forward = 1", "net.ipv4.ip_forward = 0")
        .replace("eth0.forwarding = 1", "eth0.forwarding = 0")
    )
    told = trace(
        world({"n1": stealing, "n2": node(2, links=DUMMY, local=HOME), "n3": deaf}), "n1", "10.5.0.2", proto="tcp", port=80
    )
    assert told.cause is not None
    assert told.cause.check == cause, told.cause.summary
    if cause == "policy-rule-steals-traffic":
        assert told.cause.node == "n1"
        assert told.cause.fix_lines == ("on n1: ip rule add to 10.5.0.0/24 lookup main pref 32755",)
