"""A Docker network keeps its own containers apart."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="docker-icc-off",
    severity=Severity.INFO,
    title="A Docker network keeps its own containers apart",
    explain="""A network that was made with com.docker.network.bridge.enable_icc=false (for docker0: "icc": false in daemon.json) has a rule
that drops what goes from one of its containers to another, `-i BRIDGE -o BRIDGE -j DROP`. That is on purpose: only
published ports, and links, lead from one to another.

Look: `docker network inspect NETWORK`, and in it com.docker.network.bridge.enable_icc.""",
    asked=True,
)
