"""A redirect that leads to a router which loses the packets; real ones are in tests/walk/routing/test_exceptions.py."""

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

CACHE = "# ip route show cache\n10.9.0.7 via 192.168.0.2 dev eth0 \n    cache {} expires 200sec mtu 1400"


@pytest.mark.parametrize(
    ("cache", "check"),
    [("<redirected>", "redirect-stale"), ("", "route-missing")],
    ids=["redirected", "a path MTU alone"],
)
def test_the_redirect_is_the_cause_where_there_was_one(cache: str, check: str) -> None:
    """What was lost at the router is its symptom; the fix is the command that forgets it."""
    via = "192.168.0.3" if cache else "192.168.0.2"
    shown = world({"n1": node(1, CACHE.format(cache), routes=f"10.9.0.0/16 via {via} dev eth0"), "n2": node(2)})
    told = trace(shown, "n1", "10.9.0.7")
    assert told.verdict is Verdict.UNREACHABLE
    assert told.cause is not None
    assert told.cause.check == check
    if cache:
        assert told.cause.fix_lines == ("on n1: ip route flush cache",)
        assert told.cause.confidence.value == "likely"


def test_a_new_route_has_learned_nothing() -> None:
    """The exception goes with the entry that a command replaces."""
    texts = {"n1": node(1, CACHE.format("<redirected>"), routes="10.9.0.0/16 via 192.168.0.3 dev eth0"), "n2": node(2)}
    shown = world(texts, what_if=["n1: ip route replace 10.9.0.0/16 via 192.168.0.1 dev eth0 onlink"])
    assert all("redirect" not in (told.check if told else "") for told in [trace(shown, "n1", "10.9.0.7").cause])
