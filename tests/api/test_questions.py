"""What is asked of a snapshot."""

import pytest

from podpath.api.errors import UserError
from podpath.api.questions import AskedPacket, asked
from podpath.walk.endpoints import Endpoint

HERE, THERE = Endpoint("a", 1), Endpoint("b", 2)


@pytest.mark.parametrize(
    ("packet", "there", "told"),
    [
        (AskedPacket(), THERE, ("icmp", None)),
        (AskedPacket(port=80), THERE, ("tcp", 80)),
        (AskedPacket(), THERE._replace(port=53, proto="udp"), ("udp", 53)),
        (AskedPacket("udp", 53), THERE._replace(port=53), ("udp", 53)),
    ],
)
def test_protocol_and_port_come_from_what_was_said(packet: AskedPacket, there: Endpoint, told: tuple[str, int | None]) -> None:
    """A port means TCP; the name of the receiver may have both."""
    ask = asked(packet, HERE, there)
    assert (ask.proto, ask.port) == told


@pytest.mark.parametrize(
    ("packet", "there", "told"),
    [
        (AskedPacket(port=80), THERE._replace(port=81), "two ports"),
        (AskedPacket("sctp"), THERE, "needs a --port"),
    ],
)
def test_what_does_not_fit_is_refused(packet: AskedPacket, there: Endpoint, told: str) -> None:
    """Nothing is chosen for the person."""
    with pytest.raises(UserError, match=told):
        asked(packet, HERE, there)
