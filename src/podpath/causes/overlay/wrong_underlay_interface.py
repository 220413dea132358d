"""The overlay is built on an address that the node does not have, or that is not its own."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="wrong-underlay-interface",
    title="The overlay sends from an address that the node does not have, or that is not its own alone",
    explain="""A VXLAN device is configured with the source address of its outer packets (`local`). If the node does not have that address,
the kernel finds no route for the packets and drops them: TX errors and carrier errors of the device rise. If another node has it,
too, what that node sends to it never leaves that node.

It happens when the node's address changed after the device was created, or when the agent chose the wrong interface on a
host with several (Vagrant's 10.0.2.15, a public and a private one, a VPN).

Check: `ip -d link show flannel.1`, `ip address show`.""",
    summary=(
        "{dev} on {node} sends from {local}, which {also} has, too",
        "{dev} on {node} sends from {local}, which {node} does not have (it has {has})",
        "{dev} on {node} sends from {local}, which {node} does not have",
    ),
    why="{effect}",
    fix=(
        "restart the CNI's agent on {node} with the right interface (flannel: {iface})",
        line("ip link del {dev}", note="before that, if it does not recreate the device"),
    ),
    phrases={
        "effect": {
            "missing": "No tunnel packet leaves this node.",
            "shared": "Neither reaches the other: what {also} sends to it stays there, and {also} drops what comes from it. Such an address is on a network"
            " of each machine's own (VirtualBox's NAT).",
        },
        "iface": {"known": "--iface={has}", "unknown": "--iface"},
    },
)


def strange_local(dev: str, node: str, local: str) -> Words:
    """Return the words for a tunnel that sends from an address which its node does not have (ip_route_output_key)."""
    return CAUSE.words(
        tr("{dev} sends from {local}, which {node} does not have", dev=dev, local=local, node=node),
        tr("The kernel finds no route for the tunnel's packets, and drops them (carrier errors of the device)."),
        do("ip", "-d", "link", "show", dev, words=tr("see first,")),
        do("ip", "address", "show", words=tr("and")),
        tr("restart the CNI's agent with the right interface"),
    )


def not_alone(dev: str, node: str, local: str, also: str) -> Words:
    """Return the words for a tunnel that sends from an address which the sender to it has, too (encap_bypass_if_local)."""
    return CAUSE.words(
        tr("{dev} on {node} sends from {local}, which {also} has, too", dev=dev, node=node, local=local, also=also),
        tr("What {also} sends to it never leaves {also}.", also=also),
        tr(
            "restart the CNI's agent on {node} with the interface of a network that both nodes share (flannel: --iface)",
            node=node,
        ),
    )
