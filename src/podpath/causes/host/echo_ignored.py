"""The host does not answer pings."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="echo-ignored",
    title="The host does not answer pings",
    explain="""net.ipv4.icmp_echo_ignore_all (or net.ipv6.icmp.echo_ignore_all) is 1. Other traffic passes; try TCP.

    podpath trace A B --proto tcp --port 80""",
)


def silent(node: str, setting: str) -> Words:
    """Return the words for a host that answers no pings (icmp_echo)."""
    return CAUSE.words(
        tr("{node} does not answer pings ({setting} = 1)", node=node, setting=setting), "", do("sysctl", "-w", f"{setting}=0")
    )
