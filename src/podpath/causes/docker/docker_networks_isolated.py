"""Two containers are in different Docker networks."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import marked, tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="docker-networks-isolated",
    title="Two containers are in different Docker networks",
    explain="""Docker isolates its networks: its rules drop packets from one bridge to another (DOCKER-ISOLATION-STAGE, DOCKER-INTERNAL). Put both
containers into one network, or publish the port and use the host's address: docker-proxy carries it over, unless dockerd runs with
userland-proxy false.

    iptables -S | grep DOCKER
    docker network connect NETWORK CONTAINER""",
)

INTERNAL: Final = marked(
    (
        "the network was made without a way out (docker network create --internal), on purpose: connect the container to another network, too "
        "(docker network connect), or create the network again without --internal",
    )
)
FIX: Final = marked(
    (
        "connect one of the containers to the other's network (docker network connect), or publish the port and use the host's address "
        "(unless dockerd runs with userland-proxy false)",
    )
)
"""Return the fix that lets containers of two networks reach each other."""


def without_gateway(bridge: str, address: str) -> Words:
    """Return the words for a container whose network is internal, on purpose.

    Args:
        bridge: the network's bridge.
        address: where the container's packet was to go.
    """
    return CAUSE.words(
        tr("the network of {bridge} is internal: its containers have no route to {address}", bridge=bridge, address=address),
        tr("It was made so (docker network create --internal)."),
        *map(tr, INTERNAL),
    )
