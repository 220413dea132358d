"""TPROXY with a real proxy's socket: its answer, and what happens to packets that no route makes local."""

import socket

import pytest

from podpath.state.trace import Verdict
from tests.walk.judge import said
from tests.walk.real import Lab, Probe, needs_root
from tests.walk.test_cases import BASES

_IP_TRANSPARENT = 19
_NFT = """
table ip t {{
  chain c {{
    type filter hook prerouting priority mangle
    tcp dport 7777 tproxy to :{} meta mark set 1
  }}
}}
"""
_ROUTED = ["r: ip rule add fwmark 0x1 lookup 100", "r: ip route add local 0.0.0.0/0 dev lo table 100"]
_RULES = "*mangle\n-A PREROUTING -p tcp --dport 7777 -j TPROXY --on-port 9999 --tproxy-mark 0x1/0x1\nCOMMIT\n"


def proxy() -> socket.socket:
    """Return a socket that listens as a transparent proxy does."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_IP, _IP_TRANSPARENT, 1)
    opened.bind(("0.0.0.0", 9999))  # noqa: S104 - of a namespace that the test made
    opened.listen(5)
    return opened


def fared(rules: str, tool: str, lines: list[str]) -> tuple[str, set[str]]:
    """Return what came of a connection past a router with such rules and a proxy, and what the walk says of it."""
    with Lab() as lab:
        lab.add(*BASES["routed"]["spaces"])
        lab.run([*BASES["routed"]["lines"].splitlines(), *lines])
        lab.rules("r", rules, tool=tool)
        lab.hurry()
        lab.listen("b", "r")
        with lab.inside("r", proxy):
            probe = Probe("a", "10.0.2.2", "tcp", 7777)
            ((says, _),) = said(lab, [probe])
            return lab.send([probe], 1.0)[0], says


@pytest.mark.root
@pytest.mark.parametrize(
    ("rules", "tool", "lines", "seen", "says"),
    [
        # What listens at 7777 is not transparent: iptables drops, and no route would have made it local.
        (_RULES.replace("9999", "7777"), "iptables", [], "timeout", "timeout"),
        # nftables goes on to the next rule instead.
        (_NFT.format(7777), "nft", [], "delivered", "delivered"),
        # The mark that the rule sets after it counts.
        (_NFT.format(9999), "nft", _ROUTED, "delivered", "unknown"),
        # The rule asks for the protocol, too.
        (_RULES, "iptables", [_ROUTED[0].replace("fwmark", "ipproto tcp fwmark"), _ROUTED[1]], "delivered", "unknown"),
    ],
)
def test_what_the_proxy_does_not_get(rules: str, tool: str, lines: list[str], seen: str, says: str) -> None:
    """Is told where it is known, and is else unknown."""
    needs_root()
    assert fared(rules, tool, lines) == (seen, {says})


@pytest.mark.root
@pytest.mark.parametrize("routed", [True, False])
def test_a_proxy_gets_what_a_route_makes_local(*, routed: bool) -> None:
    """With the rule and the table of its mark the proxy answers, and what it does is unknown; without them the packet is lost."""
    needs_root()
    with Lab() as lab:
        lab.add(*BASES["routed"]["spaces"])
        lab.run(BASES["routed"]["lines"].splitlines())
        lab.rules("r", _RULES)
        if routed:
            lab.run(_ROUTED)
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
        assert any("what the program on port 9999 does" in one.missing for one in trace.unknowns), trace.unknowns
    else:
        assert (seen, says) == ("timeout", {"timeout"})
        assert trace.cause is not None
        assert trace.cause.check == "tproxy-route-missing"
        assert trace.cause.fix_lines == (
            "on lab: ip netns exec r ip rule add fwmark 0x1 lookup 100",
            "on lab: ip netns exec r ip route add local 0.0.0.0/0 dev lo table 100",
        )
