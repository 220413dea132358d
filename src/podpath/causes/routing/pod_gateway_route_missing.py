"""A container has no route out: no default route, a gateway that no device has, or a subnet that is too large."""

from typing import Final

from podpath.causes.cause import Cause, line

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
