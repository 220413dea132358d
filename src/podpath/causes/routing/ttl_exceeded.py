"""The hop limit is used up."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="ttl-exceeded",
    title="The hop limit is used up",
    explain="""Every router lowers the hop limit by one. Either it started too low, or the packet loops (routing-loop).

    traceroute -n ADDRESS               which router answers at each hop; two that alternate form a loop""",
)


def used_up(node: str) -> Words:
    """Return the words for a packet that may not be forwarded once more (ip_forward)."""
    return CAUSE.words(
        tr("the hop limit is used up on {node}", node=node),
        "",
        tr("send with a larger hop limit (ping -t), or check whether the packet loops (traceroute)"),
    )
