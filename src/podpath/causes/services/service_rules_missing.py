"""A node has no rules for services."""

from typing import Final

from podpath.causes.cause import Cause, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="service-rules-missing",
    title="A node has no rules for services",
    explain="""A service's address exists only in the rules of each node. A node whose kube-proxy does not run, or whose rules were flushed, sends
packets for services to its default gateway: all services fail there, while the pods' own addresses work.

podpath compares with the objects if the snapshot has them, else with the other nodes.

Check: `iptables-save -t nat | grep -c KUBE-SERVICES`, `nft list table ip kube-proxy`, `ipvsadm -Ln`; kube-proxy's log.""",
    summary=(
        "no rule of {node} matches {ip} port {port}, the address of service {name} (there since {since}){more}, but {other} has one",
        "no rule of {node} matches {ip} port {port}, the address of service {name} (there since {since}){more}",
        "no rule of {node} matches {ip} port {port}, the address of service {name}{more}, but {other} has one",
        "no rule of {node} matches {ip} port {port}, the address of service {name}{more}",
        "no rule of {node} matches {ip}, the address of service {name}",
        "{node} has no rules for services, but {other} has",
    ),
    why="Packets for services take the default route, and are lost.",
    fix=(
        "start kube-proxy on {node}, and check its log",
        "find out what flushed the rules: a reloaded firewall?",
    ),
    leads_to=frozenset(
        (
            "cluster-ip-unallocated",
            "etp-local-no-endpoint",
            "ip-forward-off",
            "neighbour-missing",
            "peer-route-missing",
            "per-interface-forwarding-off",
            "route-missing",
            "route-refuses",
            "route-wrong-device",
            "routing-loop",
            "target-not-listening",
        )
    ),
)


def no_rule(node: str, where: str, known: str, then: str, restart: Fix) -> Words:
    """Return the words for a node that has no rule for a service.

    Args:
        node: the node.
        where: address, port and protocol.
        known: who says that it is a service, in words.
        then: what happens to the packet.
        restart: what makes kube-proxy write its rules again.
    """
    return CAUSE.words(tr("{node} has no rule for {where}{known}", node=node, where=where, known=known), sentence(then), restart)
