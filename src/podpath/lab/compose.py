"""From a topology to a plan: each part writes its commands, and lists the pairs that should not reach each other."""

import sys
from typing import Final

from podpath.lab.networks import (
    bgp,
    bridge,
    control_plane,
    docker,
    docker_engine,
    flannel,
    flanneld,
    kube_proxy,
    kube_proxy_iptables,
    kube_proxy_nftables,
    kube_router,
    plugins,
    podman_engine,
    podman_rootless,
    policy,
    routed,
    services,
    store,
    underlay,
)
from podpath.lab.networks.draft import Draft
from podpath.lab.plan import Plan, PodPlan
from podpath.lab.reach import End, Rule
from podpath.lab.topology import PodNetwork, Topology

_ENGINES: Final = {"docker": docker_engine, "podman": podman_engine, "podman-rootless": podman_rootless}


def compose(topology: Topology) -> Plan:
    """Return the plan of a topology."""
    drafts = [_draft(topology, i) for i in range(len(topology.nodes))]
    for draft in drafts:
        _write(draft)
    targets = [*services.targets(topology), *docker.targets(topology)]
    nowhere = "the outside host has no route to pods: their addresses mean nothing there"
    rules = [Rule("outside", "pod", "ENETUNREACH", why=nowhere)]
    for part in (docker, services, policy):
        rules += part.rules(topology)
    outside = underlay.outside(topology)
    nodes = [*(draft.finish() for draft in drafts), outside]
    if "kubernetes" in topology.real:
        control_plane.administer(topology, outside)
        nodes.append(control_plane.host(topology))
    elif "etcd" in topology.real and topology.network is not None:
        nodes.append(store.host(topology, flanneld.configuration(topology.network)))
    ends = [_pod_end(draft.node.name, pod) for draft in drafts for pod in draft.plan.pods]
    ends += [End(node.name, node.kind, node.name, node.addresses) for node in nodes]
    plan = Plan(topology.title, underlay.switch(topology, [node.name for node in nodes]), nodes, [*ends, *targets], rules,
                underlay_mtu=topology.underlay.mtu)  # fmt: skip
    plan.tools = _tools(plan)
    plan.tools = sorted({*plan.tools, *_agents(topology)})
    if topology.docker is not None and topology.docker.engine:
        engine = _ENGINES[topology.docker.engine]
        plan.tools = sorted({*plan.tools, *engine.TOOLS})
        plan.needs_root = engine.NEEDS_ROOT
    return plan


def _draft(topology: Topology, i: int) -> Draft:
    spec = topology.nodes[i]
    draft = Draft(topology, spec, underlay.node(topology, spec))
    settings = {key: value for key, value in draft.plan.settings.items() if "accept_" in key or "ratelimit" in key}
    draft.plan.pods = [
        PodPlan(pod.name, settings=dict(settings), addresses=[str(a) for a in pod.addresses], labels=dict(pod.labels))
        for pod in spec.pods
    ]
    if spec.blocks:
        draft.plan.facts["block"] = str(spec.blocks[0])
    return draft


def _write(draft: Draft) -> None:
    """Write all of a node; the order of the rules is that in which Calico and kube-proxy put theirs before others'."""
    topology = draft.topology
    if topology.docker is not None:
        _ENGINES.get(topology.docker.engine, docker).write(draft, topology.docker)
    if topology.network is not None:
        _attach(draft, topology.network)
    if topology.policies and "kube-router" not in topology.real:
        policy.write(draft)
    if topology.services:
        _proxy(draft)
    if topology.network is not None:
        _carry(draft, topology.network)
    if topology.idle_docker:
        draft.plan.ip += [
            "link add name docker0 type bridge",
            "address replace 172.17.0.1/16 broadcast 172.17.255.255 dev docker0",
            "link set docker0 up",
        ]


def _attach(draft: Draft, network: PodNetwork) -> None:
    """Write the cables of a node's pods."""
    if network.attach == "bridge":
        bridge.attach(draft, network)
    elif network.attach == "routed":
        routed.attach(draft, network)
    else:
        plugins.attach(draft, network)


def _proxy(draft: Draft) -> None:
    """Write the rules of services."""
    if "kube-proxy" in draft.topology.real:
        kube_proxy.write(draft)
        # kube-router loads whole tables, and would take chains away that kube-proxy has just made.
        kube_proxy.wait(draft)
    else:
        (kube_proxy_iptables if draft.topology.proxy == "iptables" else kube_proxy_nftables).write(draft)


def _carry(draft: Draft, network: PodNetwork) -> None:
    """Write the routes to other nodes, and out of the cluster."""
    for part, agent in (("flannel", flanneld), ("kube-router", kube_router)):
        if part in draft.topology.real:
            agent.write(draft, network)
            agent.wait(draft)
            return
    if network.carry == "bgp":
        bgp.carry(draft)
    else:
        flannel.carry(draft, network)
    if network.masquerade and network.attach != "plugins":  # the bridge plugin masquerades itself
        if network.carry == "bgp":
            bgp.masquerade(draft)
        else:
            flannel.masquerade(draft, network)


def _pod_end(node: str, pod: PodPlan) -> End:
    return End(f"{node}/{pod.name}", "pod", node, pod.addresses, labels=pod.labels)


def _agents(topology: Topology) -> set[str]:
    """Return the commands of real programs, and those that they run."""
    tools = {
        "kubernetes": control_plane.TOOLS,
        "etcd": store.TOOLS,
        "flannel": flanneld.TOOLS,
        "kube-router": kube_router.TOOLS,
        "kube-proxy": kube_proxy.TOOLS[topology.proxy],
    }
    return {tool for part in topology.real for tool in tools[part]}


def _tools(plan: Plan) -> list[str]:
    """Return the commands that the build runs."""
    wanted = {"ip"}
    for node in plan.nodes:
        wanted |= {"bridge"} if node.bridge else set()
        wanted |= {"ipset"} if node.ipset else set()
        wanted |= {"iptables-restore"} if node.iptables else set()
        wanted |= {"ip6tables-restore"} if node.ip6tables else set()
        wanted |= {"nft"} if node.nft else set()
        wanted |= {str(command["argv"][0]) for command in node.commands}
    return sorted(wanted - {sys.executable})
