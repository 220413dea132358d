"""A routing rule sends packets for containers to another table, whose routes lead elsewhere."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="policy-rule-steals-traffic",
    title="A routing rule takes packets for containers away from their routes",
    explain="""The routes to containers are in the main table. Rules with a smaller priority number than that of main (32766) come first:
if one of them selects a table that has a route for the address, even only a default route, the kernel never looks
up the main table, and its correct routes have no effect.

It happens when a VPN comes up: Tailscale with an exit node or accepted subnets (rule 5270, table 52), strongSwan (220).
A rule for the pods' own
network (`from 10.244.1.0/24 lookup 77`, to send them out through another gateway) also matches packets that the host and its pods send to
pods; ping from the host still works, because the kernel looks up its route before it has a source address. WireGuard's wg-quick first adds a
rule that looks up the main table without its default route, and does no harm.

Check: `ip rule show`, `ip route show table all`, and `ip route get PODIP`: check the device it names.""",
    summary=(
        "rule {priority} says {action} for packets of containers ({pods}/{pods_len})",
        "rule {priority} sends packets from {src}/{src_len} to {dst}/{len}{more} to table {table}, where `{target}` leads to {dev},"
        " not to {main_via}",
        "rule {priority} sends {dst}/{len}{more} to table {table}, where `{target}` leads to {dev}, not to {main_via}",
        "rule {priority} sends packets from {src}/{src_len} to {dst}/{len}{more} to table {table}, where `{target}` leads to {dev},"
        " not to {main_dev}",
        "rule {priority} sends {dst}/{len}{more} to table {table}, where `{target}` leads to {dev}, not to {main_dev}",
    ),
    why="Packets for containers {then}.",
    fix=(
        line(
            "ip {six} rule del priority {priority}", words="if it is not meant to cut these containers off,", note="says {action}"
        ),
        line("ip {six} rule add to {dst}/{len} lookup main pref {before}"),
        otherwise("keep these networks out of the VPN (Tailscale: do not accept the subnet; allow LAN access with an exit node)"),
    ),
    phrases={
        "then": {"leave": "leave through {dev} and are lost", "stop": "or from them are dropped: the kernel looks up no table"}
    },
    leads_to=frozenset(
        (
            "forward-policy-drop",
            "host-firewall-rejects-pods",
            "ip-forward-off",
            "neighbour-missing",
            "netfilter-drop",
            "peer-route-missing",
            "per-interface-forwarding-off",
            "port-without-bridge",
            "route-missing",
            "route-refuses",
            "route-wrong-device",
            "route-wrong-next-hop",
            "routing-loop",
        )
    ),
)


def refuses(priority: int, action: str, address: str, family: int) -> Words:
    """Return the words for a rule that stops a packet itself (fib_rules_lookup)."""
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr("routing rule {priority} says {action} for {address}", priority=priority, action=action, address=address),
        tr("The kernel looks up no table."),
        do("ip", *six, "rule", "del", "priority", str(priority)),
    )


def diverts(said: str, then: str, net: str, before: int, family: int) -> Words:
    """Return the words for a rule that leads a packet away from where the main table leads.

    Args:
        said: what the rule does.
        then: what happens to the packet.
        net: network that the main table has a route to.
        before: priority for a rule that comes first.
        family: of the packet.
    """
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(said, sentence(then), do("ip", *six, "rule", "add", "to", net, "lookup", "main", "pref", str(before)))
