"""The words that stages speak."""

import pytest

from podpath.state.address import Ip
from podpath.state.trace import Verdict
from podpath.walk.events import Outcome, inside, quiet
from podpath.walk.packet import Packet

INNER = Packet(Ip(1), Ip(2), "tcp")


@pytest.mark.parametrize(("label", "command"), [
    ("", "ip rule show"), ("netns:web", "ip netns exec web ip rule show"), ("pid:7", "nsenter -t 7 -n ip rule show"),
    ("container:web", "docker exec web ip rule show"), ("pod:shop/web", "in pod shop/web: ip rule show"),
])  # fmt: skip
def test_a_command_is_written_as_it_must_be_typed_for_a_namespace(label: str, command: str) -> None:
    """By the kind of the namespace."""
    assert inside(label, "ip rule show") == command


def test_whoever_is_inside_a_tunnel_hears_nothing_of_the_outer_packet() -> None:
    """The sender of what is wrapped waits."""
    lost = Outcome(Verdict.UNREACHABLE, "no route", 1, error="ENETUNREACH", packet=Packet(Ip(3), Ip(4), "udp", payload=INNER))
    assert (quiet(lost).verdict, quiet(lost).error) == (Verdict.DROPPED, "")
    bare = Outcome(Verdict.UNREACHABLE, "no route", 1, error="ENETUNREACH", packet=INNER)
    assert quiet(bare) is bare
