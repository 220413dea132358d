"""The root behind a packet that was lost: a rule that leads to a container that has gone.

All of the lab's faults are in tests/walk/test_lab_truth.py.
"""

import pytest

from tests.walk.diagnosis.test_own_network import ADDRESS, BRIDGE, OWN, POD
from tests.walk.pasted import node, trace, world
from tests.walk.test_lab_truth import judge


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
def test_the_root_is_named() -> None:
    """Real packets are lost as the walk says, and the cause is not where they ended."""
    differ, misnamed = judge("docker", ["hostport-stale-dnat"])
    assert (differ, misnamed) == ([], [])


SERVICE = """# iptables-save -c
*raw
:PREROUTING ACCEPT [0:0]
{raw}COMMIT
*nat
:PREROUTING ACCEPT [0:0]
{nat}COMMIT
"""
NAT = "[0:0] -A PREROUTING -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.5.0.2:8080\n"


@pytest.mark.parametrize(
    ("raw", "nat", "check"),
    [
        ("[0:0] -A PREROUTING -p tcp -j NOTRACK\n", NAT, "notrack-skips-nat"),
        ("[0:0] -A PREROUTING -p tcp -j CT --notrack\n", NAT, "notrack-skips-nat"),
        ("[0:0] -A PREROUTING -p udp -j NOTRACK\n", "", "route-missing"),
        ("[0:0] -A PREROUTING -p tcp -j NOTRACK\n", "", "route-missing"),
    ],
)
def test_a_rule_that_stops_tracking_is_why_a_service_is_not_translated(raw: str, nat: str, check: str) -> None:
    """The rule of the service is there, and untracked packets never see it."""
    local = "local 10.5.0.1 dev br0 table local proto kernel scope host src 10.5.0.1"
    made = node(1, POD, links=BRIDGE.format(address=ADDRESS), routes=OWN, local=local)
    made = made.replace("# iptables-save -c\n", SERVICE.format(raw=raw, nat=nat))
    told = trace(world({"n1": made}), "netns:pa", "10.96.0.10", proto="tcp", port=80)
    assert told.cause is not None
    assert told.cause.check == check, told.cause
    if check == "notrack-skips-nat":
        assert told.cause.fix_lines[0].startswith("on n1: iptables -t raw -D PREROUTING -p tcp -j ")
