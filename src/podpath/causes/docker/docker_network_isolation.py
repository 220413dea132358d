"""Docker isolates two of its networks from each other."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="docker-network-isolation",
    severity=Severity.INFO,
    title="Docker isolates two of its networks from each other",
    explain="""Containers of different user-defined networks cannot reach each other: Docker's rules (DOCKER-ISOLATION-STAGE-2,
DOCKER-FORWARD, DOCKER-INTERNAL) drop packets from one bridge to another. A port that is published on the host's own address can
be reached from another network only where docker-proxy takes it (userland-proxy, on by default). That is by design; podpath
reports it because the counter shows that some container tries.

Check: `iptables -nvL DOCKER-ISOLATION-STAGE-2`: does the counter rise? `docker inspect NAME`: its networks.""",
    summary=("{node} has dropped {count} packets between networks of Docker ({chain})",),
    why="Containers of different networks cannot reach each other.",
    fix=("connect one of the containers to the other's network (docker network connect), so that both are on one",),
    no_lab="it is the engine's design: the lab `docker` shows it in health",
)
