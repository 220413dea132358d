"""From where a packet was lost to what is wrong: a redirect that was learned leads there, not the routing table."""

from typing import Final

from podpath.state.address import V6, ip_text
from podpath.state.step import RouteTaken
from podpath.walk.events import Cause, Path, Walk

_LOST: Final = frozenset(
    ("ip-forward-off", "per-interface-forwarding-off", "route-missing", "route-refuses", "routing-loop", "neighbour-missing",
     "route-wrong-next-hop", "route-wrong-device", "device-down", "no-carrier", "neighbour-wrong-mac")
)  # fmt: skip


def stale(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the redirect that sent a packet to a host which does not lead on; none where there was none."""
    routes = [step for step in path.steps if isinstance(step.facts, RouteTaken)]
    if cause.check not in _LOST or not routes:
        return None
    last = routes[-1]
    facts = last.facts
    if not isinstance(facts, RouteTaken) or not facts.redirected or facts.via is None:
        return None
    netns = walk.cluster.netns(last.ns)
    who = f"{netns.label.replace(':', ' ', 1)} on {netns.node}" if netns.label else netns.node
    said = f"by a redirect, {who} sends packets for {ip_text(facts.destination)} to {ip_text(facts.via)}, which loses them"
    why = f"{cause.summary[:1].upper()}{cause.summary[1:]}. What was learned comes before the routing table until it expires."
    six = "-6 " if facts.family == V6 else ""
    return Cause("redirect-stale", last.ns, said, why, (*last.rows, *cause.rows), (f"ip {six}route flush cache",), likely=True)
