"""TPROXY with a real proxy's socket: its answer, and what becomes of packets that no route makes local."""

import socket

import pytest

from podpath.state.trace import Verdict
from tests.walk.judge import said
from tests.walk.real import Lab, Probe, needs_root
from tests.walk.test_cases import BASES

_IP_TRANSPARENT = 19
_RULES = "*mangle\n-A PREROUTING -p tcp --dport 7777 -j TPROXY --on-port 9999 --tproxy-mark 0x1/0x1\nCOMMIT\n"


@pytest.mark.root
@pytest.mark.parametrize("routed", [True, False])
def test_a_proxy_gets_what_a_route_makes_local(*, routed: bool) -> None:
    """With the rule and the table of its mark the proxy answers, and what it does is unknown; without them the packet is lost."""
    needs_root()

    def proxy() -> socket.socket:
        opened = socket.socket()
        opened.setsockopt(socket.SOL_IP, _IP_TRANSPARENT, 1)
        opened.bind(("0.0.0.0", 9999))  # noqa: S104 - of a namespace that the test made
        opened.listen(5)
        return opened

    with Lab() as lab:
        lab.add(*BASES["routed"]["spaces"])
        lab.run(BASES["routed"]["lines"].splitlines())
        lab.rules("r", _RULES)
        if routed:
            lab.run(["r: ip rule add fwmark 0x1 lookup 100", "r: ip route add local 0.0.0.0/0 dev lo table 100"])
        lab.hurry()
        # At the other end nobody listens: whoever answers is the proxy.
        with lab.inside("r", proxy):
            probe = Probe("a", "10.0.2.2", "tcp", 7777)
            ((says, trace),) = said(lab, [probe])
            (seen,) = lab.send([probe], 1.0)
    assert trace is not None
    if routed:
        assert (seen, says) == ("delivered", {"unknown"})
        assert trace.verdict is Verdict.UNKNOWN
        assert any("TPROXY hands the packet to, at port 9999" in one.missing for one in trace.unknowns), trace.unknowns
    else:
        assert (seen, says) == ("timeout", {"timeout"})
        assert trace.cause is not None
        assert trace.cause.check == "tproxy-route-missing"
        assert trace.cause.fix == (
            "on lab, in netns r: ip rule add fwmark 0x1 lookup 100",
            "on lab, in netns r: ip route add local 0.0.0.0/0 dev lo table 100",
        )
