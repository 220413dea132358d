"""What was seen is held against the walk, and never overruled."""

import pytest

from podpath.state.finding import Confidence
from podpath.state.trace import Verdict
from tests.walk.pasted import SETTINGS, trace, world

HEALTHY = f"""
# ip -d link
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff
# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
# ip route
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
blackhole 198.51.100.0/24
{SETTINGS}"""
PING = """
$ ping -c 1 {dst}
PING {dst} ({dst}) 56(84) bytes of data.
{answer}
--- {dst} ping statistics ---
1 packets transmitted, {count} received, 0% packet loss, time 0ms
"""
ANSWER = "64 bytes from {dst}: icmp_seq=1 ttl=64 time=0.043 ms"


def pinged(dst: str, *, answered: bool) -> str:
    """Return what ping prints."""
    return PING.format(dst=dst, answer=ANSWER.format(dst=dst) if answered else "", count=int(answered))


def test_an_answered_ping_contradicts_a_drop() -> None:
    """The remark says so first, with the line, and the cause is no longer proven."""
    told = trace(world({"n1": HEALTHY + pinged("198.51.100.7", answered=True)}), "node:n1", "198.51.100.7")
    line = HEALTHY.count("\n") + 3
    assert told.verdict is Verdict.UNREACHABLE
    assert told.remarks[0] == (
        f"the ping in n1.txt:{line} was answered; the walk says unreachable: the state was taken at another time, or is wrong"
    )
    assert told.cause is not None
    assert told.cause.confidence is Confidence.LIKELY


def test_a_ping_that_agrees_is_said() -> None:
    """Nothing else changes."""
    told = trace(world({"n1": HEALTHY + pinged("198.51.100.7", answered=False)}), "node:n1", "198.51.100.7")
    assert "got no answer, as the walk says" in told.remarks[0]
    assert told.cause is not None
    assert told.cause.confidence is Confidence.PROVEN
    told = trace(world({"n1": HEALTHY + pinged("192.0.2.1", answered=True)}), "node:n1", "192.0.2.1")
    assert told.verdict is Verdict.DELIVERED
    assert "was answered, as the walk says" in told.remarks[0]


def test_another_flow_says_nothing() -> None:
    """Another destination, another protocol."""
    shown = world({"n1": HEALTHY + pinged("198.51.100.8", answered=True)})
    assert trace(shown, "node:n1", "198.51.100.7").remarks == ()
    assert trace(shown, "node:n1", "198.51.100.8", proto="tcp", port=80).remarks == ()


@pytest.mark.parametrize(
    ("answer", "differs"),
    [
        ("192.0.2.9 via 192.0.2.254 dev eth0 src 192.0.2.1 uid 0\n    cache", True),
        ("192.0.2.9 dev eth0 src 192.0.2.1 uid 0\n    cache", False),
        ("RTNETLINK answers: Network is unreachable", True),
    ],
)
def test_the_kernels_answer_is_held_against_the_route(answer: str, *, differs: bool) -> None:
    """It answers for one destination, from the tables that it had then."""
    told = trace(world({"n1": f"{HEALTHY}$ ip route get 192.0.2.9\n{answer}\n"}), "node:n1", "192.0.2.9")
    assert any("the walk takes dev eth0: the state was taken" in remark for remark in told.remarks) is differs


def test_a_packet_seen_where_the_walk_does_not_lead_is_told() -> None:
    """By tcpdump, on another node."""
    seen = "$ tcpdump -nni eth0 icmp\n05:36:50.988514 IP 192.0.2.1 > 198.51.100.7: ICMP echo request, id 1, seq 1, length 64\n"
    told = trace(world({"n1": HEALTHY, "n2": seen}), "node:n1", "198.51.100.7")
    assert any("tcpdump in n2.txt:2 saw the packet on eth0 of n2" in remark for remark in told.remarks)


def test_a_sighting_whose_place_is_in_doubt_takes_no_proof_away() -> None:
    """It is told, and said to be in doubt."""
    text = f"{HEALTHY}\n$ unknown-tool x\n\n{pinged('198.51.100.7', answered=True).replace('$ ping -c 1 198.51.100.7', '')}"
    told = trace(world({"n1": text}), "node:n1", "198.51.100.7")
    assert "whose place is assumed" in told.remarks[0]
    assert told.cause is not None
    assert told.cause.confidence is Confidence.PROVEN
