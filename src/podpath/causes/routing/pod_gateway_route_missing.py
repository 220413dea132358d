"""A container has no route out: no default route, a gateway that no device has, or a subnet that is too large."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="pod-gateway-route-missing",
    title="A container has no usable default route",
    explain="""Inside a container, packets for anything outside its own network go to the gateway of its default route, which must be
the address of the bridge on the host. Without a default route the container says `Network is unreachable`; with a gateway
address that no device has, `No route to host` after three seconds. If its subnet is larger than the bridge's, the container treats
pods of other nodes as neighbours, and its ARP requests for them get no reply.

It happens after `ifdown` and `ifup` inside the container, when a plugin in the CNI's chain failed, or when the bridge got
another address while pods were running.

Check inside the container: `ip route show`, `ip neigh show`; on the host: `ip address show dev cni0`.""",
    summary=(
        "{dev}{where} has {ip}/{len}, but there is no default route{nothing}",
        "the default route{where} goes to {gateway}, but {bridge} on the host has {right}",
        "{dev}{where} has {ip}/{len}, but {bridge} on the host has a /{right_len}: it treats pods of other nodes as neighbours",
    ),
    why="The container reaches only its own network, or nothing.",
    fix=(
        line("ip route replace default via {right}"),
        "recreate the pod: its CNI sets address and routes when it starts",
    ),
)


def of_sender(address: str, own: str, gateway: str, dev: str, family: int, internal: str = "") -> Words:
    """Return the words for a container that has an address in its bridge's network, and no default route.

    Args:
        address: the destination.
        own: address of the container, with its prefix length.
        gateway: address of the bridge.
        dev: device of the container.
        family: of the addresses.
        internal: bridge of a network that may have been made internal; empty if it was not.
    """
    six = ("-6",) if family == V6 else ()
    look = do("docker", "network", "inspect", internal.removeprefix("br-"), words=tr("see first whether it was made internal,"))
    return CAUSE.words(
        tr("{dev} has {own}, but there is no default route, and no other route to {address}", dev=dev, own=own, address=address),
        tr("The container reaches only its own network."),
        *(
            (look,)
            if internal.startswith("br-")
            else (f"find out first whether the network of {internal} was made internal",)
            if internal
            else ()
        ),
        do("ip", *six, "route", "add", "default", "via", gateway, "dev", dev, words="if not," if internal else ""),
        otherwise(tr("recreate the container: the program that started it sets its routes then")),
    )
