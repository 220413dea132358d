"""The host does not answer for Calico's gateway, because it has no route to it."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="calico-no-default-route-no-arp",
    title="The host does not answer Calico pods' ARP for 169.254.1.1",
    explain="""A Calico pod sends everything to the gateway 169.254.1.1, an address that no device has. The host answers the pod's
ARP request for it by proxy ARP, and the kernel does that only for addresses that it has a route to. On a host without
a default route it has no route to 169.254.1.1 and does not answer: the pods reach nothing, not even the host.

It happens on machines in closed networks that have no default route, or when a network service removed it.

Check: `ip route get 169.254.1.1` on the host (it must not fail), `ip neigh show` in a pod (169.254.1.1 FAILED).""",
    summary=("{node} has no route that covers 169.254.1.1, so {dev}{more} get no answer to their ARP requests for the gateway",),
    why="Pods of this node reach nothing outside themselves.",
    fix=(
        "add the default route of the node's network: its gateway is not in the snapshot",
        line("ip route add 169.254.1.1/32 dev {uplink}", words="until then,", note="any route that covers 169.254.1.1 will do"),
    ),
)


def silent(dev: str, node: str, gateway: str, uplink: str | None) -> Words:
    """Return the words for a host that has no route to its pods' gateway, and so no answer for it (arp_process).

    Args:
        dev: the host's end of the cable.
        node: the host.
        gateway: the gateway.
        uplink: another device of the host, or None if there is none.
    """
    route = do("ip", "route", "add", f"{gateway}/32", "dev", uplink, words=tr("until then,"),
               note=tr("any route that covers {gateway} will do", gateway=gateway)) if uplink else None  # fmt: skip
    return CAUSE.words(
        tr(
            "{dev} on {node} does not answer for {gateway}: no route leads to it, not even a default one",
            dev=dev,
            node=node,
            gateway=gateway,
        ),
        tr("The container at the other end of the veth pair reaches nothing outside itself."),
        tr("add the default route of the node's network: its gateway is not in the snapshot"),
        *((route,) if route is not None else ()),
    )
