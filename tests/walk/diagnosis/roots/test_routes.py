"""A way's end, and what led to it; tests/walk/test_lab_truth.py tries it on whole clusters."""

from podpath.snapshot.store import Store
from podpath.state.address import Ip
from podpath.state.finding import Words
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.roots import rooted
from podpath.walk.events import Diagnosis, Outcome, Path
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker


def test_a_cause_that_is_no_symptom_stays() -> None:
    """And so does a symptom, where nobody captured has the address."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.flush()
        walker = Walker(Cluster(store))
        packet = Packet(Ip(1), Ip(2), "icmpv6")
        for check in ("device-down", "route-missing"):
            cause = Diagnosis(Words(check, "it is so"), ns)
            assert rooted(walker, Path(Outcome(Verdict.DROPPED, "", ns, cause=cause, packet=packet))) == cause
        assert rooted(walker, Path(Outcome(Verdict.DELIVERED, "", ns))) is None
