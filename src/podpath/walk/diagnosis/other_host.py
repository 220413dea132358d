"""A frame that its receiver dropped as another host's: a MAC that is not its own any more, or a port that leads nowhere."""

from podpath.causes.addresses import neighbour_wrong_mac
from podpath.causes.overlay import vtep_mac_mismatch
from podpath.state.address import mac_text
from podpath.walk.diagnosis.loose_port import loose_port, station_lost
from podpath.walk.events import Diagnosis, OtherHost, Walk


def cause_of(walk: Walk, facts: OtherHost) -> Diagnosis:
    """Return why a frame came to a device that it was not for.

    Args:
        walk: the walk.
        facts: the device and the MAC.
    """
    link, name = facts.link, facts.link.row.name
    lost = loose_port(walk, facts.ns, name) or station_lost(walk, facts.ns, facts.wanted)
    if lost is not None:
        return lost
    received = vtep_mac_mismatch.received if link.row.kind == "vxlan" else neighbour_wrong_mac.received
    own = mac_text(link.row.mac) if link.row.mac is not None else "none"
    words = received(name, walk.cluster.netns(facts.ns).node, own, mac_text(facts.wanted))
    return Diagnosis(words, facts.ns, (link,))
