"""A port gets no frames for unknown MACs."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="bridge-flood-off",
    title="A port gets no frames for unknown MACs",
    explain="""A bridge sends a frame for an unknown MAC out of all ports except those whose flood flag is off.

    bridge -d link show dev PORT        flood on | off
    bridge link set dev PORT flood on""",
)


def unknown_unicast(bridge: str, mac: str, port: str) -> Words:
    """Return the words for a frame that a bridge does not know the port of, and does not flood."""
    return CAUSE.words(
        tr("{bridge} does not know {mac}, and {port} has flooding off", bridge=bridge, mac=mac, port=port),
        "",
        do("bridge", "link", "set", "dev", port, "flood", "on"),
    )
