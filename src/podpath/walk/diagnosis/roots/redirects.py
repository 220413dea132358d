"""From where a packet was lost to what is wrong: a redirect that was learned leads there, not the routing table."""

from podpath.causes.routing import redirect_stale
from podpath.language import tr
from podpath.state.address import ip_text
from podpath.state.step import RouteTaken
from podpath.walk.events import Diagnosis, Path, Walk


def stale(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the redirect that sent a packet to a host that does not forward it, or None if there was none."""
    routes = [step for step in path.steps if isinstance(step.facts, RouteTaken)]
    if cause.name not in redirect_stale.CAUSE.leads_to or not routes:
        return None
    last = routes[-1]
    facts = last.facts
    if not isinstance(facts, RouteTaken) or not facts.redirected or facts.via is None:
        return None
    netns = walk.cluster.netns(last.ns)
    who = tr("{place} on {node}", place=netns.label.replace(":", " ", 1), node=netns.node) if netns.label else netns.node
    words = redirect_stale.led_astray(who, ip_text(facts.destination), ip_text(facts.via), cause.summary, facts.family)
    return Diagnosis(words, last.ns, (*last.rows, *cause.rows), likely=True)
