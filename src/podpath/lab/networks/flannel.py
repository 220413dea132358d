"""What flannel writes: the VXLAN device with its three tables, or plain routes (host-gw), and the masquerading rules.

Sources: flannel's Documentation/backends.md; for every peer a route to its block by its VTEP's address (onlink), a
neighbour that gives the MAC of that address, a forwarding entry that gives the node of that MAC.
"""

from podpath.lab.networks.draft import Draft, digits, mac_of, nodad, of_version, width
from podpath.lab.reading import V4, Address, Network
from podpath.lab.topology import Node, PodNetwork

_OVERHEAD = {4: 50, 6: 70}


def carry(draft: Draft, network: PodNetwork) -> None:
    """Write the route to every other node."""
    if network.carry == "vxlan":
        for version in (net.version for net in network.networks):
            _vxlan(draft, network, version)
    elif network.carry == "host-gw":
        _host_gateway(draft)


def device_of(network: PodNetwork, version: int) -> str:
    """Return the VXLAN device of a family: flannel has a second one for IPv6."""
    name, dot, number = network.device.partition(".")
    return network.device if version == V4 else f"{name}-v6{dot}{number}"[:15]


def vtep_address(node: Node, version: int) -> Address:
    """Return the address of a node's VXLAN device: that of its block, .0."""
    return _block(node, version).network_address


def vtep_mac(node: Node, version: int) -> str:
    """Return the MAC of a node's VXLAN device."""
    if version == V4:
        return node.vtep or mac_of(vtep_address(node, 4))
    made = digits("vtep", node.name, length=8)
    return ":".join(("0a", "58", *(made[i : i + 2] for i in range(0, 8, 2))))


def peer_lines(network: PodNetwork, peer: Node, version: int, device: str) -> tuple[list[str], list[str]]:
    """Return the lines for `ip` and for `bridge` about a peer."""
    vtep, mac = vtep_address(peer, version), vtep_mac(peer, version)
    outer = of_version(version, peer.addresses) or peer.addresses[0]
    del network
    return (
        [
            f"route replace {_block(peer, version)} via {vtep} dev {device} onlink",
            f"neighbour replace {vtep} lladdr {mac} dev {device} nud permanent",
        ],
        [f"fdb replace {mac} dev {device} dst {outer} self permanent"],
    )


def _vxlan(draft: Draft, network: PodNetwork, version: int) -> None:
    device, node = device_of(network, version), draft.node
    local = of_version(version, node.addresses) or node.addresses[0]
    under = draft.topology.underlay
    mtu = min(network.mtu, under.mtu - _OVERHEAD[local.version])
    vtep = vtep_address(node, version)
    draft.plan.ip += [
        f"link add name {device} address {vtep_mac(node, version)} mtu {mtu} txqueuelen 0 type vxlan id {network.vni}"
        f" local {local} dev {under.interface} dstport {network.port} nolearning",
        f"address replace {vtep}/{width(version)} dev {device}{nodad(version)}",
        f"link set {device} up",
    ]
    draft.plan.facts |= {"vtep": device, "vtep-mac": vtep_mac(node, version), "vtep-address": str(vtep),
                         "vni": str(network.vni), "vxlan-port": str(network.port)}  # fmt: skip
    for peer in draft.peers:
        ip, bridge = peer_lines(network, peer, version, device)
        draft.plan.ip += ip
        draft.plan.bridge += bridge


def _host_gateway(draft: Draft) -> None:
    interface = draft.topology.underlay.interface
    for peer in draft.peers:
        for block in peer.blocks:
            via = of_version(block.version, peer.addresses)
            draft.plan.ip.append(f"route replace {block} via {via} dev {interface}")


def masquerade(draft: Draft, network: PodNetwork) -> None:
    """Write the rules that masquerade pods' addresses outside, and accept pods' packets."""
    for whole, block in zip(network.networks, draft.node.blocks, strict=True):
        everybody = "224.0.0.0/4" if whole.version == V4 else "ff00::/8"
        note = '-m comment --comment "flanneld masq"'
        tables = draft.tables(whole.version)
        tables.add("nat", f"-A POSTROUTING {note} -j FLANNEL-POSTRTG")
        tables.add(
            "nat",
            f"-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 {note} -j RETURN",
            f"-A FLANNEL-POSTRTG -s {block} -d {whole} {note} -j RETURN",
            f"-A FLANNEL-POSTRTG -s {whole} -d {block} {note} -j RETURN",
            f"-A FLANNEL-POSTRTG ! -s {whole} -d {block} {note} -j RETURN",
            f"-A FLANNEL-POSTRTG -s {whole} ! -d {everybody} {note} -j MASQUERADE --random-fully",
            f"-A FLANNEL-POSTRTG ! -s {whole} -d {whole} {note} -j MASQUERADE --random-fully",
        )
        tables.add("filter", '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD')
        tables.add(
            "filter",
            f'-A FLANNEL-FWD -s {whole} -m comment --comment "flanneld forward" -j ACCEPT',
            f'-A FLANNEL-FWD -d {whole} -m comment --comment "flanneld forward" -j ACCEPT',
        )


def _block(node: Node, version: int) -> Network:
    return next(block for block in node.blocks if block.version == version)
