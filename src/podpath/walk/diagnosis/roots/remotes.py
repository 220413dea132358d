"""From a frame that a tunnel's end dropped as another's to the forwarding entry that sent it there."""

from podpath.causes.overlay import fdb_stale_vtep_ip, vtep_mac_mismatch
from podpath.state.address import ip_text, mac_text
from podpath.state.step import RemoteFound
from podpath.walk.devices.vxlan import home_of
from podpath.walk.events import Diagnosis, Path, Walk


def misled(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the forwarding entry that led a frame to the wrong node, where another captured one has its MAC, or None."""
    if cause.name != vtep_mac_mismatch.CAUSE.name:
        return None
    found = next((step for step in reversed(path.steps) if isinstance(step.facts, RemoteFound)), None)
    if found is None or not isinstance(found.facts, RemoteFound) or found.facts.mac is None:
        return None
    netns, facts = walk.cluster.netns(found.ns), found.facts
    mac = facts.mac
    settings = netns.vxlans.get(found.dev)
    home = home_of(walk.cluster, settings.row, mac, facts.remote) if settings is not None and mac is not None else None
    if home is None or mac is None:
        return None
    place = f"{home.end.dev} of {walk.cluster.netns(home.end.ns).node}, at {ip_text(home.address)}"
    remote, right = ip_text(facts.remote), ip_text(home.address)
    words = fdb_stale_vtep_ip.misled(found.dev, netns.node, mac_text(mac), remote, place, right)
    return Diagnosis(words, found.ns, (*found.rows, home.device, *cause.rows), likely=cause.likely)
