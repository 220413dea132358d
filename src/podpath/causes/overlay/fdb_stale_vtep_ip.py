"""A forwarding entry sends a peer's MAC to an address that is not the peer's."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="fdb-stale-vtep-ip",
    title="A forwarding entry points to the wrong node",
    explain="""The forwarding table of a VXLAN device maps a MAC to the node that gets its frames. When a node was replaced or
got another address, an entry may still have the old one: the tunnel packets go to a machine that is gone, or to another
node, which drops them because the MAC is not its own.

Check: `bridge fdb show dev flannel.1` on the sender, `ip address show` on the peer; the neighbour entry of the old
address on the underlay is INCOMPLETE or FAILED if no host has it.""",
    summary=("{node} sends frames for {peer} ({mac}) to {wrong}, not to {right}; {whose}",),
    why="The tunnel packets never reach the peer: this node cannot reach its pods.",
    fix=(
        line("bridge fdb replace {mac} dev {dev} dst {right} self permanent"),
        otherwise("restart the CNI's agent on {node}"),
    ),
)


def stray(dev: str, node: str, mac: str, remote: str, home: str, right: str) -> Words:
    """Return the words for a forwarding entry that leads to a host which is not the one with the MAC.

    Args:
        dev: the VXLAN device.
        node: its node.
        mac: the entry's MAC.
        remote: where the entry leads.
        home: the device with the MAC, with its place.
        right: address of that place.
    """
    return CAUSE.words(
        tr(
            "{dev} on {node} sends frames for {mac} to {remote}, but the MAC is that of {home}",
            dev=dev,
            node=node,
            mac=mac,
            remote=remote,
            home=home,
        ),
        tr("The frame goes to a host that is not in the snapshot and does not have this MAC."),
        do("bridge", "fdb", "replace", mac, "dev", dev, "dst", right, "self", "permanent"),
    )


def misled(dev: str, node: str, mac: str, remote: str, home: str, right: str) -> Words:
    """Return the words for a forwarding entry that leads to another node's VXLAN device; arguments as of :func:`stray`."""
    return stray(dev, node, mac, remote, home, right)._replace(
        why=tr("The VXLAN device at {remote} has another MAC and drops the frame (OTHERHOST).", remote=remote)
    )


def returned(dev: str, node: str, mac: str, remote: str, home: str, right: str) -> Words:
    """Return the words for an entry that leads to the sender itself (vxlan_encap_bypass); arguments as of :func:`stray`."""
    return stray(dev, node, mac, remote, home, right)._replace(
        why=tr(
            "{remote} is {node} itself: the frame comes back by {dev}, whatever its MAC, and never leaves the node.",
            remote=remote,
            node=node,
            dev=dev,
        )
    )


def to_itself(address: str, vni: int | None) -> Words:
    """Return the words for a forwarding entry that leads to the sender itself (encap_bypass_if_local)."""
    return CAUSE.words(
        tr("{address} is this host itself, and no device here has VNI {vni}", address=address, vni=vni),
        tr("The frame is dropped."),
        tr("restart the CNI's agent: it writes the entry again"),
    )
