"""The gateway of containers is an address that their bridge has lost."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="bridge-address-missing",
    title="The bridge lacks the address of its containers' gateway",
    explain="""Containers on a bridge send all traffic that leaves their network to the gateway of their default route: the address
of the bridge on the host. If the bridge has lost it, nobody answers for the gateway, and the host has no
route to its own containers. The containers of the bridge then reach only one another.

It happens when a network service or a person flushes the addresses of another program's bridge, or when somebody recreated
the bridge by hand.

Check: `ip address show dev cni0`; inside a container: `ip route show default`, `ip neigh show`.""",
    summary=("{bridge} has no address in {first}/{len}: no device has {gateway}, the gateway of {count} container(s) on it",),
    why="The host and other nodes cannot reach these containers, nor can the containers reach them: neither side has a route.",
    fix=(
        line("ip address add {gateway}/{len} dev {bridge}"),
        otherwise("restart the program that created the bridge: the CNI's agent with its pods, or Docker"),
    ),
    symptom_of=("device-down", "bridge-ip-mismatch"),
)


def gateway_lost(bridge: str, node: str, net: str, gateway: str, length: int, container: str) -> Words:
    """Return the words for a gateway that no host has, as its bridge has lost the address."""
    return CAUSE.words(
        tr(
            "{bridge} on {node} has no address in {net}: no device has {gateway}, the gateway of {container}",
            bridge=bridge,
            node=node,
            net=net,
            gateway=gateway,
            container=container,
        ),
        tr("Its containers and the host do not reach each other."),
        do("ip", "address", "add", f"{gateway}/{length}", "dev", bridge),
        otherwise(tr("restart the program that created the bridge: the CNI's agent with its pods, or Docker")),
    )
