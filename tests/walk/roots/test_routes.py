"""A way's end, and what led to it; tests/walk/test_lab_truth.py tries it on whole clusters."""

from podpath.snapshot.store import Store
from podpath.state.address import Ip
from podpath.state.trace import Verdict
from podpath.walk.events import Cause, End, Path
from podpath.walk.packet import Packet
from podpath.walk.roots import rooted
from podpath.walk.walker import Walker
from podpath.walk.world import World


def test_a_cause_that_is_no_symptom_stays() -> None:
    """And so does a symptom, where nobody captured has the address."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.flush()
        walker = Walker(World(store))
        packet = Packet(Ip(1), Ip(2), "icmpv6")
        for check in ("device-down", "route-missing"):
            cause = Cause(check, ns, "it is so")
            assert rooted(walker, Path(End(Verdict.DROPPED, "", ns, cause=cause, packet=packet))) == cause
        assert rooted(walker, Path(End(Verdict.DELIVERED, "", ns))) is None
