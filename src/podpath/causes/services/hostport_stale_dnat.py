"""A published port leads to a container that is gone."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="hostport-stale-dnat",
    title="A published port leads to a container that is gone",
    explain="""A published port is a DNAT rule to the container's address. If a container dies without cleanup, its rule stays, and
comes before the rule of the next container: the port leads to an address that no device has, although the new
container is healthy and its own rule is there.

It happens when a node or its runtime crashes, and with old versions of the portmap plugin and of podman.

Check: `iptables -t nat -S`: two rules with --to-destination for one port.""",
    summary=(
        "a rule of {node} sends a published port to {ip} port {port}, which no container has",
        "a rule of {node} sends a published port to {ip}, which no container has",
    ),
    why="Connections to that port are lost.",
    fix=(
        line("{tool} -t nat -D {rule:words}"),
        "restart the container, or the program that publishes it",
    ),
    leads_to=frozenset(
        (
            "forward-policy-drop",
            "host-firewall-rejects-pods",
            "ip-forward-off",
            "neighbour-missing",
            "netfilter-drop",
            "route-missing",
            "route-refuses",
            "route-wrong-device",
            "routing-loop",
            "target-not-listening",
        )
    ),
)


def shadows(node: str, address: str, rule: str, other: str, then: str, *fix: Fix) -> Words:
    """Return the words for a rule that takes the packets of a later one.

    Args:
        node: node of the rules.
        address: where the first one leads.
        rule: the first one.
        other: the later one.
        then: what happens to the packet.
        fix: what takes the first one away.
    """
    why = tr(
        "{then} The rule of the published port comes later, and no packet reaches it: {other}.", then=sentence(then), other=other
    )
    return CAUSE.words(
        tr("an earlier rule of {node} leads to {address}: {rule}", node=node, address=address, rule=rule), why, *fix
    )


def gone(node: str, about: str, address: str, rule: str, then: str, *fix: Fix) -> Words:
    """Return the words for a rule that sends packets to an address that no device has.

    Args:
        node: node of the rule.
        about: the service or port of the rule, in words; empty if it is not known.
        address: where it leads.
        rule: the rule.
        then: what happens to the packet.
        fix: what takes the rule away.
    """
    return CAUSE.words(
        tr(
            "a rule of {node}{about} leads to {address}, which no pod or container has: {rule}",
            node=node,
            about=about,
            address=address,
            rule=rule,
        ),
        sentence(then),
        *fix,
    )
