"""A routing rule that takes packets to a table whose routes lead away from where the main table leads."""

from podpath.causes.routing import policy_rule_steals_traffic
from podpath.language import tr
from podpath.state.address import ip_text, prefix_text
from podpath.state.route import Route, Rule
from podpath.state.step import RouteTaken
from podpath.walk.events import Diagnosis, Path, Step, Walk
from podpath.walk.namespace import UNSHOWN, Entry
from podpath.walk.routing.fib import Found, Want


def stolen(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the rule that led a packet away from a captured address to which the main table has a route."""
    if cause.name not in policy_rule_steals_traffic.CAUSE.leads_to:
        return None
    for step in path.steps:
        facts = step.facts
        if not isinstance(facts, RouteTaken) or facts.rule is None:
            continue
        homes = {walk.cluster.node_of(ns) for ns, _ in walk.cluster.owners(facts.destination)}
        # Where it came home after all, something else has stopped it there.
        if not homes or (walk.cluster.node_of(cause.ns) in homes and cause.ns != step.ns):
            continue
        main = walk.cluster.routing(step.ns, facts.family).fib.lookup("main", Want(facts.destination, None, 0, None))
        if main is not None and main.entry.row.dst_len and all((hop.dev, hop.via) != (facts.dev, facts.via) for hop in main.hops):
            return _cause(step, facts, main, cause)
    return None


def _cause(step: Step, facts: RouteTaken, main: Found, cause: Diagnosis) -> Diagnosis | None:
    shown = [held for held in step.rows if isinstance(held, Entry) and held.rowid != UNSHOWN]
    rule = next((held.row for held in shown if isinstance(held.row, Rule)), None)
    taken = next((held.row for held in shown if isinstance(held.row, Route)), None)
    if rule is None or taken is None or not main.hops:
        return None
    row = main.entry.row
    net = prefix_text(row.family, row.dst, row.dst_len)
    source = (
        tr(" from {family}", family=prefix_text(rule.family, rule.src, rule.src_len))
        if rule.src is not None and rule.src_len
        else ""
    )
    target = prefix_text(taken.family, taken.dst, taken.dst_len) if taken.dst_len else "default"
    leads = main.hops[0].dev or ""
    said = tr(
        "rule {priority} sends packets{source} to {destination} to table {table}",
        priority=rule.priority,
        source=source,
        destination=ip_text(facts.destination),
        table=taken.table,
    )
    said += tr(
        ", where `{target}` leads to {dev}; the main table leads to {leads}", target=target, dev=facts.dev, leads=leads
    ) + (tr(" by {via}", via=ip_text(main.hops[0].via)) if main.hops[0].via else "")
    rows = (*shown, main.entry.held, *(cause.rows if cause.ns == step.ns else ()))
    words = policy_rule_steals_traffic.diverts(said, cause.summary, net, max(rule.priority - 10, 1), facts.family)
    return Diagnosis(words, step.ns, rows)
