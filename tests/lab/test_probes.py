"""Probes on the loopback interface: answers, refusals, silence."""

import socket

import pytest

from podpath.lab import probes
from podpath.lab.loop import Loop
from podpath.lab.probes import Outcome, Target


def sent(target: Target, timeout: float = 0.3) -> dict[str, Outcome]:
    """Send the probes of a target from here."""
    loop = Loop()
    found: dict[str, Outcome] = {}

    def report(outcome: Outcome) -> None:
        assert outcome.size not in found, "each probe reports once"
        found[outcome.size] = outcome
        if len(found) == 2:
            loop.stop()

    probes.start(loop, target, timeout, report)
    loop.run()
    return found


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_a_closed_port_refuses(protocol: str) -> None:
    """Small and large report the same, once each."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        found = sent(Target(5, "127.0.0.1", port, protocol))
    assert {outcome.error for outcome in found.values()} == {"ECONNREFUSED"}
    assert {outcome.key for outcome in found.values()} == {5}


def test_silence_is_a_timeout() -> None:
    """Nobody answers on a port that is held and not read."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        found = sent(Target(1, "127.0.0.1", silent.getsockname()[1], "udp"))
    assert {outcome.error for outcome in found.values()} == {"ETIMEDOUT"}
    assert all(outcome.milliseconds >= 290 for outcome in found.values())


def test_a_server_that_hangs_up_is_noticed() -> None:
    """A connection that is accepted and closed is no answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        loop = Loop()
        found: list[Outcome] = []

        def hang_up() -> None:
            server.accept()[0].close()

        loop.watch(server, hang_up)
        probes.start(loop, Target(1, "127.0.0.1", server.getsockname()[1], "tcp"), 2, found.append)
        loop.after(0.2, loop.stop)
        loop.run()
    assert found
    assert all(outcome.error in {"EPIPE", "ECONNRESET"} for outcome in found)


def test_an_address_of_nobody_is_told_by_its_error() -> None:
    """The kernel's own word, at once."""
    found = sent(Target(1, "255.255.255.255", 7, "tcp"))
    assert {outcome.error for outcome in found.values()} <= {"ENETUNREACH", "EACCES"}
