"""The root, not the symptom: cases in tests/walk/devices and stages say which; here the words."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world


def test_an_address_that_nobody_answers_for_is_said_with_its_owner() -> None:
    """Where the snapshot knows who has it."""
    shown = world({"n1": node(1, routes="10.9.0.1 dev eth0 scope link"), "n2": node(2)})
    told = trace(shown, "n1", "10.9.0.1")
    assert told.verdict is Verdict.UNKNOWN
    assert "10.9.0.1" in told.unknowns[0].missing
