"""A neighbour entry whose MAC is not that of the device with the address; the lab has the fault `stale-arp-for-recycled-ip`.

A host gets frames for an address that it has lost: that is the damage "a pod has lost its address" of tests/real.
"""

from podpath.causes.addresses import neighbour_wrong_mac
from podpath.causes.routing import routing_loop
from podpath.state.address import parse_ip, parse_mac
from podpath.state.neighbour import Neighbour
from podpath.state.step import DeviceCrossed
from podpath.state.trace import Verdict
from podpath.walk.diagnosis.roots.neighbours import stale
from podpath.walk.events import Diagnosis, Outcome, Path, Step
from podpath.walk.namespace import Entry
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world


def test_the_entry_that_gave_the_frame_its_mac_is_the_cause() -> None:
    """On the node that holds it, with the command that takes it away; an entry that agrees explains nothing."""
    shown = world({"n1": node(1), "n2": node(2)})
    walker = Walker(shown)
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    ((far, dev),) = shown.owners(parse_ip("192.168.0.2"))
    (right,) = [entry for entry in shown.netns(ns).all(Neighbour) if entry.row.address == parse_ip("192.168.0.2")]
    held = right._replace(row=right.row._replace(mac=parse_mac("02:00:00:00:00:99")))
    seen = Diagnosis(neighbour_wrong_mac.received(dev, "n2", "", ""), far)

    def path(entry: Entry[Neighbour]) -> Path:
        step = Step(ns, "eth0", DeviceCrossed("veth", "eth0", "eth0"), rows=(entry,))
        return Path(Outcome(Verdict.DROPPED, "", far, dev, cause=seen), (step,))

    found = stale(walker, path(held), seen)
    assert found is not None
    assert (found.ns, found.name) == (ns, "neighbour-wrong-mac")
    assert found.words.fix[0].text == "ip neigh del 192.168.0.2 dev eth0   (the kernel asks again)"
    assert stale(walker, path(right), seen) is None
    assert stale(walker, path(held), Diagnosis(routing_loop.circle("eth0"), far)) is None
