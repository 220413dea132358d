"""A frame that its receiver dropped as another host's: a MAC that is not its own any more, or a port that leads nowhere."""

from shlex import quote

from podpath.state.address import mac_text
from podpath.walk.diagnosis.loose_port import loose_port, station_lost
from podpath.walk.events import Cause, OtherHost, Walk
from podpath.walk.host.links import for_another


def cause_of(walk: Walk, facts: OtherHost) -> Cause:
    """Return why a frame came to a device that it was not for.

    Args:
        walk: the walk.
        facts: the device and the MAC.
    """
    link, name = facts.link, facts.link.row.name
    lost = loose_port(walk, facts.ns, name) or station_lost(walk, facts.ns, facts.wanted)
    if lost is not None:
        return lost
    said = for_another(walk.cluster.netns(facts.ns), link.row, facts.wanted)
    why = "It is dropped as another host's (OTHERHOST)."
    if link.row.kind != "vxlan":
        return Cause("neighbour-wrong-mac", facts.ns, said, why, (link,))
    # With another MAC the kernel forgets a device's neighbours, those that an agent has entered too (neigh_changeaddr).
    restart = f"restart the CNI's agent: what the kernel knew of {name}'s neighbours went with its MAC"
    fix = (f"ip link set {quote(name)} address {mac_text(facts.wanted)}", restart)
    return Cause("vtep-mac-mismatch", facts.ns, said, why, (link,), fix)
