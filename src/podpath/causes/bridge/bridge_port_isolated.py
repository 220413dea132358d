"""Two ports of a bridge are isolated from each other."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="bridge-port-isolated",
    title="Two ports of a bridge are isolated from each other",
    explain="""Isolated ports exchange frames only with ports that are not isolated.

    bridge -d link show dev PORT        isolated on | off
    bridge link set dev PORT isolated off""",
)


def between(one: str, other: str, bridge: str) -> Words:
    """Return the words for two isolated ports (br_skb_isolated)."""
    return CAUSE.words(
        tr("ports {one} and {other} of {bridge} are isolated from each other", one=one, other=other, bridge=bridge),
        tr("Frames do not pass between isolated ports."),
        do("bridge", "link", "set", "dev", other, "isolated", "off"),
    )
