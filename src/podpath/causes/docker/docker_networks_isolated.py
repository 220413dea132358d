"""Two containers are in different Docker networks."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="docker-networks-isolated",
    title="Two containers are in different Docker networks",
    explain="""Docker isolates its networks: its rules drop packets from one bridge to another (DOCKER-ISOLATION-STAGE, DOCKER-INTERNAL). Put both
containers into one network, or publish the port and use the host's address.

    iptables -S | grep DOCKER
    docker network connect NETWORK CONTAINER""",
)

FIX: Final = (
    "connect one of the containers to the other's network (docker network connect), or publish the port and use the host's address",
)
"""Return the fix that lets containers of two networks reach each other."""
