"""The address that an answer comes from; real sockets without IP_PKTINFO answer so."""

# ruff: noqa: S104 - addresses as ss prints them

import pytest

from podpath.state.trace import Trace, Verdict
from tests.walk.pasted import node, trace, world

LISTENS = "# ss -lnup\nState Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nUNCONN 0 0 {}:53 0.0.0.0:* {}\n"
SECOND = "local 198.51.100.2 dev eth0 table local proto kernel scope host src 198.51.100.2"
LINK = "    inet 198.51.100.2/32 scope global eth0\n       valid_lft forever preferred_lft forever"


def asked(bound: str, process: str, target: str, proto: str = "udp", *assume: str) -> Trace:
    """Ask a server with a second address, which its route back does not prefer."""
    server = node(2, LISTENS.format(bound, process), links=LINK, local=SECOND)
    client = node(1, routes="198.51.100.2 via 192.168.0.2 dev eth0")
    return trace(world({"n1": client, "n2": server}, assume=assume), "n1", target, proto=proto, port=53)


@pytest.mark.parametrize(
    ("bound", "process", "target", "verdict"),
    [
        ("0.0.0.0", 'users:(("server",pid=7,fd=4))', "198.51.100.2", Verdict.UNKNOWN),
        ("0.0.0.0", 'users:(("server",pid=7,fd=4))', "192.168.0.2", Verdict.DELIVERED),
        ("198.51.100.2", 'users:(("server",pid=7,fd=4))', "198.51.100.2", Verdict.DELIVERED),
        ("0.0.0.0", 'users:(("docker-proxy",pid=7,fd=4))', "198.51.100.2", Verdict.DROPPED),
    ],
)
def test_a_socket_of_all_addresses_answers_from_one(bound: str, process: str, target: str, verdict: Verdict) -> None:
    """A program may ask for the other one: nothing tells, but of docker-proxy, which does not."""
    told = asked(bound, process, target)
    assert told.verdict is verdict
    if verdict is Verdict.UNKNOWN:
        (unknown,) = told.unknowns
        assert "198.51.100.2" in unknown.missing
        assert "192.168.0.2" in unknown.missing
    if verdict is Verdict.DROPPED:
        assert told.cause is not None
        assert (told.cause.check, told.cause.node) == ("answer-from-stranger", "n2")


def test_who_knows_the_program_may_say_so() -> None:
    """Then the answer comes from where it was asked."""
    told = asked("0.0.0.0", "", "198.51.100.2", "udp", "asked-address")
    assert (told.verdict, told.assumed) == (Verdict.DELIVERED, ("asked-address",))
