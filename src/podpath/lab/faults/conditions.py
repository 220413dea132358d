"""Which labs can have a fault: conditions on plans. Each returns nothing, or the reason why not."""

from collections.abc import Callable

from podpath.lab.plan import Plan


def has_vtep(plan: Plan) -> str:
    """Suit labs with a VXLAN device on each of several nodes, and IPv4 alone: of two families each has its own tunnel."""
    if not all("vtep" in node.facts for node in plan.cluster_nodes):
        return "it has no VXLAN"
    return many_nodes(plan) or ipv4_alone(plan)


def has_bridge(plan: Plan) -> str:
    """Suit labs whose pods are on a bridge."""
    return "" if any("bridge" in node.facts for node in plan.cluster_nodes) else "its pods are on no bridge"


def is_routed(plan: Plan) -> str:
    """Suit labs whose pods have a route each, as with Calico."""
    return "" if any("routed" in node.facts for node in plan.cluster_nodes) else "its pods have no routes of their own"


def is_direct(plan: Plan) -> str:
    """Suit labs with several nodes and no tunnel between them: pods' addresses are seen on the underlay."""
    if any("vtep" in node.facts for node in plan.cluster_nodes):
        return "its nodes have a tunnel"
    return many_nodes(plan) or has_blocks(plan) or own_addresses(plan)


def own_addresses(plan: Plan) -> str:
    """Suit labs whose pods speak to each other with their own addresses; the bridge plugin of CNI masquerades them."""
    return "it has real CNI plugins, which masquerade" if any(node.commands for node in plan.cluster_nodes) else ""


def has_blocks(plan: Plan) -> str:
    """Suit labs that give each node a block of addresses for its pods."""
    return "" if all("block" in node.facts for node in plan.cluster_nodes) else "its nodes have no blocks"


def cables_known(plan: Plan) -> str:
    """Suit labs that name the node's end of each pod's cable."""
    known = any(pod.outside for node in plan.cluster_nodes for pod in node.pods)
    return "" if known else "its cables are not known"


def many_nodes(plan: Plan) -> str:
    """Suit labs with more than one node."""
    return "" if len(plan.cluster_nodes) > 1 else "it has one node only"


def many_pods(plan: Plan) -> str:
    """Suit labs that have two pods on a node."""
    return "" if all(len(node.pods) > 1 for node in plan.cluster_nodes if node.pods) else "a node has one pod only"


def ipv4_alone(plan: Plan) -> str:
    """Suit labs without IPv6."""
    found = [a for node in plan.cluster_nodes for a in (*node.addresses, *(a for pod in node.pods for a in pod.addresses))]
    return "" if not any(":" in address for address in found) else "it has IPv6"


def has_iptables(plan: Plan) -> str:
    """Suit labs whose nodes have rules of iptables."""
    return "" if all(node.iptables for node in plan.cluster_nodes) else "it has no iptables rules"


def has_services(plan: Plan) -> str:
    """Suit labs with services that iptables serves."""
    if not any("KUBE-SERVICES" in node.iptables for node in plan.cluster_nodes):
        return "it has no services in iptables"
    return ipv4_alone(plan)


def serves(plan: Plan) -> str:
    """Suit labs with services, in whichever form."""
    return ipv4_alone(plan) if any(end.kind == "service" for end in plan.targets) else "it has no services"


def has_published(plan: Plan) -> str:
    """Suit labs with published ports."""
    return "" if any(end.kind == "published" for end in plan.targets) else "it has no published ports"


def all_of(*conditions: Callable[[Plan], str]) -> Callable[[Plan], str]:
    """Suit labs that suit all conditions."""
    return lambda plan: next((reason for condition in conditions if (reason := condition(plan))), "")
