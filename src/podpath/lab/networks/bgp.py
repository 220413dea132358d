"""What BIRD writes for Calico without a tunnel: a route to the block of every other node, a blackhole for one's own.

The blackhole catches addresses of the block that no pod has, so that they do not leave by the default route.
"""

from podpath.lab.networks.draft import Draft, of_version
from podpath.lab.reading import V4


def carry(draft: Draft) -> None:
    """Write the routes of a node."""
    interface = draft.topology.underlay.interface
    for block in draft.node.blocks:
        draft.plan.ip.append(f"route replace blackhole {block} proto bird")
    for peer in draft.peers:
        for block in peer.blocks:
            via = of_version(block.version, peer.addresses)
            draft.plan.ip.append(f"route replace {block} via {via} dev {interface} proto bird")


def masquerade(draft: Draft) -> None:
    """Write natOutgoing: the node masquerades packets that leave the pools (felix's cali-nat-outgoing)."""
    network = draft.topology.network
    if network is None:
        return
    sets = []
    for whole in network.networks:
        family = "inet" if whole.version == V4 else "inet6"
        digit = "40" if whole.version == V4 else "60"
        for name in ("all-ipam-pools", "masq-ipam-pools"):
            sets += [f"create cali{digit}{name} hash:net family {family}", f"add cali{digit}{name} {whole}"]
        draft.tables(whole.version).add(
            "nat",
            "-A POSTROUTING -j cali-POSTROUTING",
            "-A cali-POSTROUTING -j cali-nat-outgoing",
            f"-A cali-nat-outgoing -m set --match-set cali{digit}masq-ipam-pools src"
            f" -m set ! --match-set cali{digit}all-ipam-pools dst -j MASQUERADE --random-fully",
        )
    draft.plan.ipset += "\n".join(sets) + "\n"
