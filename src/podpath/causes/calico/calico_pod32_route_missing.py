"""The host has no route to a pod that runs on it."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="calico-pod32-route-missing",
    title="The host has no route to one of its own pods",
    explain="""Without a bridge, each pod needs its own route on its host: its address, through the host's end of its veth. Calico's
Felix writes it when the pod starts. Where it is missing, packets for the pod end in the blackhole route of the address
block (`Invalid argument`), or leave by the default route.

It happens when calico-node is stuck or overloaded, when the datastore has old data, or when a network service flushed routes
of other programs.

Check: `ip route get PODIP` on the host; `ip route show dev caliXXXXXXXXXXX` must name the pod's address.""",
    summary=(
        "{node} has no route to {ip}, the address of its own {who}: {falls}",
        "no route leads to {dev}: the pod behind it cannot be reached",
    ),
    why="The pod gets no packets, neither from its own node nor from others.",
    fix=(
        "restart calico-node on {node}: it writes the routes of all pods again",
        line("ip route replace {ip} dev {host_dev} scope link"),
        otherwise("delete the pod"),
    ),
    symptom_of=("device-down",),
    leads_to=frozenset(("route-missing", "route-refuses")),
    phrases={
        "falls": {
            "nowhere": "no route covers it",
            "refused": "it ends in a {type} route",
            "default": "it leaves by the default route",
        },
    },
)


def to_pod(address: str, dev: str, node: str, then: str) -> Words:
    """Return the words for a host that has no route to the pod at the end of one of its cables."""
    return CAUSE.words(
        tr("{node} has no route to {address} through {dev}, which leads to it", node=node, address=address, dev=dev),
        sentence(then),
        do("ip", "route", "add", address, "dev", dev, "scope", "link"),
    )
