"""A route to a peer's pods names a next hop that is not on any network of the node."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="hostgw-not-l2-adjacent",
    severity=Severity.ERROR,
    title="The next hop of a direct route is not on the node's own network",
    explain="""Without a tunnel, a packet for a pod goes straight to the pod's node, as its next hop. That works only where both nodes
are on one network: a router between them knows nothing of pod networks and drops the packet. The kernel refuses such a
route, unless it is set with `onlink`: then it asks for the next hop's MAC by ARP, and nobody answers.

It happens with flannel's host-gw backend, or a Calico pool without encapsulation, on nodes in different subnets, zones
or clouds.

Look: `ip route get NODEIP` for the peer: when it says `via`, a router is between; `ip neigh show` has the next hop as
FAILED or INCOMPLETE.""",
    summary=(
        "{node} sends {dst}/{len} to {via} by {dev}, where {via} is {state}: it is on no network of {dev}",
        "{node} sends {dst}/{len} to {via} by {dev}, but {via} is on no network of {dev}",
    ),
    why="Nobody on this network answers for the next hop: packets for the peer's pods are lost.",
    fix=("use an overlay (flannel: vxlan; Calico: CrossSubnet), or tell the routers between the nodes the pod networks",),
    sql="""
    SELECT r.ns, r.dst, r.dst_len AS len, r.via, r.dev, n.state, r.rowid AS row_route, n.rowid AS row_neighbour,
           CASE WHEN n.mac IS NULL AND n.state IN ('FAILED', 'INCOMPLETE') THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN n.mac IS NULL AND n.state IN ('FAILED', 'INCOMPLETE') THEN 'proven' ELSE 'likely' END AS confidence
    FROM route r JOIN device d ON d.ns = r.ns AND d.name = r.dev AND d.role = 'uplink'
    LEFT JOIN neighbour n ON n.ns = r.ns AND n.dev = r.dev AND n."address" = r.via
    WHERE r."table" = 'main' AND r.type = 'unicast' AND r.via IS NOT NULL AND r.dst_len BETWEEN 1 AND full_len(r.family) - 1
      AND has_flag(r.flags, 'onlink') AND n.mac IS NULL
      -- To pods: the prefix is a member's, or lies in the cluster's pod network.
      AND (EXISTS (SELECT 1 FROM expected e WHERE e.family = r.family AND e.first = r.dst AND e.len = r.dst_len)
           OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns <> r.ns AND b.family = r.family AND b.first = r.dst AND b.len = r.dst_len)
           OR EXISTS (SELECT 1 FROM pod_network p WHERE p.ns = r.ns AND p.family = r.family AND p.network IS NOT NULL
                      AND in_net(r.dst, p.family, p.network, p.network_len)))
      AND EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family)
      AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family
                      AND (a.peer = r.via OR in_net(r.via, a.family, first_ip(a.family, a."address", a.length), a.length)))
      AND NOT EXISTS (SELECT 1 FROM route o WHERE o.ns = r.ns AND o.dev = r.dev AND o.via IS NULL AND o.dst_len > 0
                      AND o.family = r.family AND in_net(r.via, o.family, o.dst, o.dst_len))
    """,
)
