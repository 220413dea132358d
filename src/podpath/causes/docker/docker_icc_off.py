"""A Docker network isolates its own containers from each other."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="docker-icc-off",
    severity=Severity.INFO,
    title="A Docker network isolates its own containers from each other",
    explain="""A network created with com.docker.network.bridge.enable_icc=false (for docker0: "icc": false in daemon.json) has a rule
that drops packets between its containers, `-i BRIDGE -o BRIDGE -j DROP`. That is on purpose:
only published ports and links connect them.

Check: `docker network inspect NETWORK`, the value of com.docker.network.bridge.enable_icc.""",
    no_lab="it is what the network was made for: nothing is broken",
)


def fix(bridge: str) -> tuple[str, ...]:
    """Return what lets the containers of a network reach each other, which somebody has forbidden on purpose."""
    setting = tr('"icc": true in daemon.json') if bridge == "docker0" else "com.docker.network.bridge.enable_icc=true"
    return (
        tr(
            "if this is not on purpose, recreate the network with {setting}, or publish the port and use the host's address",
            setting=setting,
        ),
    )
