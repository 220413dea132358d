"""Remarks on a trace that works: a proxy at its end, a reply that takes another path, what was assumed."""

from collections.abc import Iterator, Sequence

from podpath.language import tr
from podpath.state.address import V4
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.relays import relayed
from podpath.walk.diagnosis.standing import standing
from podpath.walk.events import Path
from podpath.walk.legs import places
from podpath.walk.namespace import Namespace
from podpath.walk.unseen import remark


def remarks(cluster: Cluster, forward: Sequence[Path], reply: Sequence[Path], family: int) -> Iterator[str]:
    """Yield remarks on the forward and return paths.

    Args:
        cluster: the snapshot.
        forward: the forward paths.
        reply: the return paths.
        family: 4 or 6.
    """
    yield from _ways(cluster, forward, reply)
    yield from _networks(cluster, (*forward, *reply))
    yield from _back_ends(cluster, forward, family)
    yield from _unseen(cluster, forward)


def name_of(netns: Namespace) -> str:
    """Return a namespace's name, or its node's where it is the host's own."""
    return netns.label.partition(":")[2] or netns.node


def _ways(cluster: Cluster, forward: Sequence[Path], reply: Sequence[Path]) -> Iterator[str]:
    """Yield remarks on a trace that works: a proxy at its end, a reply that takes another path."""
    there, back = next(iter(forward), None), next(iter(reply), None)
    if there is not None and there.end.verdict is Verdict.DELIVERED:
        yield from standing(cluster, there.end)
    if there is not None:
        yield from relayed(cluster, there.end)
    if there is None or back is None:
        return
    out, home = places(there), places(back)
    if out != home[::-1]:
        names = [name_of(cluster.netns(ns)) for ns in home]
        yield tr("the reply takes another path than the packet: {names}", names=" → ".join(names))


def _networks(cluster: Cluster, paths: Sequence[Path]) -> Iterator[str]:
    """Yield what the engine calls the bridges that the packet crosses."""
    if not cluster.networks:
        return
    told = dict[str, None]()
    for netns, dev in dict.fromkeys((cluster.netns(step.ns), step.dev) for path in paths for step in path.steps):
        link = netns.links.get(dev)
        for bridge in (dev, link.row.master if link is not None else None):
            network = cluster.networks.get(netns.node, {}).get(bridge or "") if not netns.label else None
            if network is not None:
                told[f"{bridge} on {netns.node} is the network {network}"] = None
    yield from told


def _unseen(cluster: Cluster, paths: Sequence[Path]) -> Iterator[str]:
    """Yield what is assumed of the ends that were not captured."""
    met = dict.fromkeys(ns for path in paths for ns in places(path))
    ends = [unseen for ns in met if (unseen := cluster.unseen(ns)) is not None]
    if ends:
        yield remark(ends)


def _back_ends(cluster: Cluster, paths: Sequence[Path], family: int) -> Iterator[str]:
    """Yield where both kinds of iptables have rules: each shows its own half, and the kernel asks both."""
    for ns in dict.fromkeys(ns for path in paths for ns in places(path)):
        counts = cluster.rules(ns).counts(family)
        if {"legacy", "iptables-nft"} <= counts.keys():
            tool = "iptables" if family == V4 else "ip6tables"
            yield (
                tr(
                    "both back ends of {tool} have rules on {ns}: {legacy} of {tool}-legacy and {counts} of {tool}-nft; "
                    "the kernel applies both, and each tool shows only its own",
                    tool=tool,
                    ns=name_of(cluster.netns(ns)),
                    legacy=counts["legacy"],
                    counts=counts["iptables-nft"],
                )
            )
