"""Name servers on other captured hosts: real queries judge what the check says."""

import socket

import pytest

from podpath.checks.engine.run import run_checks
from podpath.state.address import parse_ip
from podpath.state.finding import Finding, Severity
from podpath.state.host import Resolver
from tests.walk.real import Lab, Probe, needs_root

SERVER = {4: "10.0.0.2", 6: "fd00::2"}
DROPS = "*filter\n-A INPUT -p udp --dport 53 -j DROP\nCOMMIT\n"


def found(lab: Lab, *servers: str) -> list[Finding]:
    """Return what the check says of the name servers of a host."""
    with lab.capture({"a": "a", "b": "b"}) as store:
        (ns,) = (ns for ns, name in store.raw("SELECT n.ns, d.name FROM netns n JOIN node d USING (node)") if name == "a")
        store.add(ns, 0, ((0, Resolver("nameserver", server, parse_ip(server))) for server in servers))
        store.flush()
        return [one for one in run_checks(store).findings if one.check == "nameserver-dead"]


@pytest.mark.root
@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize(
    ("at", "rules", "outcome"),
    [
        (SERVER, "", "delivered"),
        (None, "", "ECONNREFUSED"),
        ({4: "127.0.0.1", 6: "::1"}, "", "ECONNREFUSED"),
        (SERVER, DROPS, "timeout"),
    ],
)
def test_a_query_that_the_kernels_lose_is_found(family: int, at: dict[int, str] | None, rules: str, outcome: str) -> None:
    """Nothing listens, or at loopback alone, or a rule of the other host drops it; a server that is there is no fault."""
    needs_root()
    server = SERVER[family]
    with Lab() as lab:
        lab.add("a", "b")
        lab.run(["a: ip link add eth0 type veth peer name eth0 netns {b}", "a: ip link set eth0 up", "b: ip link set eth0 up"])
        for name, number in (("a", 1), ("b", 2)):
            lab.run(
                [
                    f"{name}: ip address add 10.0.0.{number}/24 dev eth0",
                    f"{name}: ip address add fd00::{number}/64 dev eth0 nodad",
                ]
            )
        lab.settle()
        lab.hurry()
        if rules:
            lab.rules("b", rules, tool="iptables" if family == 4 else "ip6tables")

        def listens() -> socket.socket:
            opened = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_DGRAM)
            opened.settimeout(0)
            if at is not None:
                opened.bind((at[family], 53))
            return opened

        with lab.inside("b", listens):
            told, seen = found(lab, server), lab.send([Probe("a", server, "udp", 53)])[0]
    # A server that only listens does not reply to the probe: it is not refused.
    assert seen == ("timeout" if outcome == "delivered" else outcome)
    assert [(one.severity, one.node) for one in told] == ([] if outcome == "delivered" else [(Severity.ERROR, "b")]), told


@pytest.mark.root
def test_with_another_server_it_is_a_warning() -> None:
    """Lookups are slow, and do not fail."""
    needs_root()
    with Lab() as lab:
        lab.add("a", "b")
        lab.run(["a: ip link add eth0 type veth peer name eth0 netns {b}", "a: ip link set eth0 up", "b: ip link set eth0 up",
                 "a: ip address add 10.0.0.1/24 dev eth0", "b: ip address add 10.0.0.2/24 dev eth0"])  # fmt: skip
        lab.settle()
        (told,) = found(lab, "10.0.0.2", "10.0.0.53")
    assert told.severity is Severity.WARNING
    assert told.summary == "resolv.conf of a names 10.0.0.2, which is on b: nothing listens on udp port 53 here on b"
