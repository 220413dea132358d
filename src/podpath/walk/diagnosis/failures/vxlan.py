"""The causes of what ends a path in VXLAN."""

from typing import assert_never

from podpath.causes.bridge import device_down
from podpath.causes.overlay import (
    fdb_stale_vtep_ip,
    fdb_wrong_underlay,
    overlay_device_missing,
    vtep_neigh_or_fdb_missing,
    vxlan_device_conflict,
    vxlan_port_mismatch,
    vxlan_vni_mismatch,
)
from podpath.language import tr
from podpath.state.address import ip_text, mac_text
from podpath.state.failures.vxlan import (
    NoForwardingEntry,
    NotDecapsulated,
    RemoteContradicted,
    RemoteIsSelf,
    RemoteStray,
    TakenForAllNetworks,
    VniDiffers,
    VxlanDown,
    VxlanFailure,
    VxlanPortDiffers,
)
from podpath.state.finding import Words
from podpath.state.fix import Fix
from podpath.walk.cluster import Cluster, Port
from podpath.walk.devices.vxlan import entries_for
from podpath.walk.events import Walk
from podpath.walk.namespace import Namespace


def words(walk: Walk, ns: int, fact: VxlanFailure) -> Words:
    """Return the cause of a fact."""
    cluster = walk.cluster
    netns = cluster.netns(ns)
    node = netns.node
    match fact:
        case NoForwardingEntry():
            return _no_entry(cluster, netns, fact)
        case RemoteStray(dev, mac, remote, home, right):
            place = tr("{dev} of {node}, at {right}", dev=home.dev, node=cluster.netns(home.ns).node, right=ip_text(right))
            return fdb_stale_vtep_ip.stray(dev, node, mac_text(mac), ip_text(remote), place, ip_text(right))
        case RemoteIsSelf(remote, vni):
            return fdb_stale_vtep_ip.to_itself(ip_text(remote), vni)
        case RemoteContradicted(dev, mac, fixed, src):
            return fdb_wrong_underlay.contradicted(dev, node, mac_text(mac), ip_text(fixed), ip_text(src))
        case NotDecapsulated():
            return _not_decapsulated(node, fact)
        case TakenForAllNetworks(dev, meant, vni, port):
            return vxlan_device_conflict.all_networks(dev, node, str(port), meant, vni)
        case _:
            assert_never(fact)


def _not_decapsulated(node: str, fact: NotDecapsulated) -> Words:
    match fact.near:
        case VxlanDown(dev):
            return device_down.tunnel_down(dev, node)
        case VxlanPortDiffers(dev, own):
            return vxlan_port_mismatch.another(dev, node, own, str(fact.port))
        case VniDiffers(dev, own):
            return vxlan_vni_mismatch.another(dev, node, own, fact.vni)
        case None:
            return overlay_device_missing.no_vxlan(node)
        case _:
            assert_never(fact.near)


def _no_entry(cluster: Cluster, netns: Namespace, fact: NoForwardingEntry) -> Words:
    fix = _entries_of(cluster, netns, fact)
    if fact.asked is not None:
        return vtep_neigh_or_fdb_missing.no_neighbour(fact.dev, netns.node, ip_text(fact.asked), *fix)
    return vtep_neigh_or_fdb_missing.no_place(fact.dev, netns.node, mac_text(fact.mac), *fix)


def _entries_of(cluster: Cluster, netns: Namespace, fact: NoForwardingEntry) -> tuple[Fix | str, ...]:
    """Return the commands that make the entries which a frame lacks, with what was captured of the device that it is for."""
    ends = cluster.stations(fact.mac)
    if fact.asked is not None:
        links = ((ns, cluster.netns(ns).links.get(dev)) for ns, dev in cluster.owners(fact.asked))
        ends = [Port(ns, link) for ns, link in links if link is not None]
    peer, home = None, None
    for end in ends:
        far = cluster.netns(end.ns).vxlans.get(end.link.row.name)
        if far is not None and far.row.vni == fact.vni:
            peer, home = end.link.row.mac, far.row.local or home
    unknown_peer = (vtep_neigh_or_fdb_missing.UNKNOWN_PEER,)
    forward = (vtep_neigh_or_fdb_missing.entry(mac_text(peer or fact.mac), fact.dev, ip_text(home)),) if home else unknown_peer
    if fact.asked is None:
        return forward
    if peer is None:
        return unknown_peer
    neighbour = vtep_neigh_or_fdb_missing.neighbour(ip_text(fact.asked), mac_text(peer), fact.dev)
    return (neighbour,) if entries_for(netns, fact.dev, peer) else (neighbour, *forward)
