"""From a frame that a tunnel's end dropped as another's to the forwarding entry that sent it there."""

from collections.abc import Callable

from podpath.causes.overlay import fdb_stale_vtep_ip, vtep_mac_mismatch, wrong_underlay_interface
from podpath.language import tr
from podpath.state.address import Ip, ip_text, mac_text, share_network
from podpath.state.finding import Words
from podpath.state.link import Address
from podpath.state.step import Bypassed, RemoteFound
from podpath.walk.devices.vxlan import home_of
from podpath.walk.events import Diagnosis, Path, Step, Walk
from podpath.walk.namespace import LOOPBACK, Namespace


def returned(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return why a frame came back to its sender: the peer has the same address, or the forwarding entry is wrong; or None."""
    at = next((at for at, step in enumerate(path.steps) if isinstance(step.facts, Bypassed)), None)
    found = (
        next((step for step in reversed(path.steps[:at]) if isinstance(step.facts, RemoteFound)), None)
        if at is not None
        else None
    )
    if found is None or not isinstance(found.facts, RemoteFound) or found.facts.mac is None or path.end.ns != found.ns:
        return None
    netns, facts = walk.cluster.netns(found.ns), found.facts
    for end in walk.cluster.stations(found.facts.mac):
        far = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
        home = walk.cluster.netns(end.ns)
        if far is not None and far.row.local == facts.remote and end.ns != found.ns and _joined(netns, home, facts.remote):
            words = wrong_underlay_interface.not_alone(end.link.row.name, home.node, ip_text(facts.remote), netns.node)
            return Diagnosis(words, end.ns, (*found.rows, far, *cause.rows), likely=cause.likely)
    return _at_home(walk, found, facts, cause, fdb_stale_vtep_ip.returned)


def _joined(one: Namespace, other: Namespace, ip: Ip) -> bool:
    """Say whether two hosts that have an address share a network beside its: then it is not on one segment with itself."""
    first, second = (
        [(held.row.address, held.row.length) for held in netns.all(Address) if held.row.dev != LOOPBACK] for netns in (one, other)
    )
    return share_network(first, second, ip)


def misled(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the forwarding entry that led a frame to the wrong node, where another captured one has its MAC, or None."""
    if cause.name != vtep_mac_mismatch.CAUSE.name:
        return None
    found = next((step for step in reversed(path.steps) if isinstance(step.facts, RemoteFound)), None)
    if found is None or not isinstance(found.facts, RemoteFound) or found.facts.mac is None:
        return None
    return _at_home(walk, found, found.facts, cause, fdb_stale_vtep_ip.misled)


def _at_home(walk: Walk, found: Step, facts: RemoteFound, cause: Diagnosis, said: Callable[..., Words]) -> Diagnosis | None:
    """Return that a frame was to go to the captured device that has its MAC, or None if there is none."""
    netns, mac = walk.cluster.netns(found.ns), facts.mac
    settings = netns.vxlans.get(found.dev)
    home = home_of(walk.cluster, settings.row, mac, facts.remote) if settings is not None and mac is not None else None
    if home is None or mac is None:
        return None
    place = tr(
        "{dev} of {node}, at {address}",
        dev=home.end.dev,
        node=walk.cluster.netns(home.end.ns).node,
        address=ip_text(home.address),
    )
    remote, right = ip_text(facts.remote), ip_text(home.address)
    words = said(found.dev, netns.node, mac_text(mac), remote, place, right)
    return Diagnosis(words, found.ns, (*found.rows, home.device, *cause.rows), likely=cause.likely)
