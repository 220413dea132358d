"""What is marked for masquerading; real packets are in tests/walk/host/cases/hooks.yaml."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

RULES = """# iptables-save -c
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
[0:0] -A OUTPUT -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.1:80
COMMIT
"""


def test_a_node_that_serves_itself_needs_no_masquerading() -> None:
    """Over its own loopback device a packet from its own address is no martian."""
    told = trace(world({"n1": node(1).replace("# iptables-save -c\n", RULES)}), "n1", "10.96.0.1", proto="tcp", port=80)
    assert told.verdict is not Verdict.DROPPED
    assert told.cause is None or told.cause.check != "masquerade-missing"
