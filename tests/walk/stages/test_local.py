"""Packets for the host itself, from pasted text."""

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import trace, world

HOST = """
# ip -d link
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0
# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
    inet 192.0.2.1/32 scope global lo
# ip route show table all
local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
local 192.0.2.1 dev lo table local proto kernel scope host src 192.0.2.1
local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1
# ip rule
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
# ss -tlnp
State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      128          0.0.0.0:8003      0.0.0.0:*
# iptables-save -c
*nat
:OUTPUT ACCEPT [0:0]
[0:0] -A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports {}
COMMIT
"""


@pytest.mark.parametrize(
    ("ports", "verdict"), [("8003", Verdict.DELIVERED), ("8004", Verdict.REFUSED), ("8000-8010 --random", Verdict.UNKNOWN)]
)
def test_a_port_that_a_rule_draws_may_have_a_listener(ports: str, verdict: Verdict) -> None:
    """Which port of the range a packet gets is a matter of chance (nf_nat_l4proto_unique_tuple)."""
    found = trace(world({"n1": HOST.format(ports)}), "n1", "192.0.2.1", proto="tcp", port=80)
    assert found.verdict is verdict, found
