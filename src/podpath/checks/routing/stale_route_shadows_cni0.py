"""A node sends packets for its own pods to another node."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="stale-route-shadows-cni0",
    severity=Severity.ERROR,
    title="A route takes packets for the node's own pods away from their bridge",
    explain="""The network of the pods' bridge is the node's own, and packets for it must go to the bridge. Another route for the same
network with a smaller metric, or for a part of it, wins against the bridge's: the node sends packets for its own pods to
somebody else, who sends them back, until their time to live has run out.

It happens when a node was given another part of the pod network and an old route to the former owner stayed, when the
backend was changed from host-gw and back, or when a VPN pushes a route.

Look: `ip route show`, `ip route get` with the address of a pod on this node: it must name the bridge.""",
    summary=(
        "{node} sends {dst}/{len} to {via} by {dev}, but {first}/{first_len} is the network of its own {bridge}",
        "{node} sends {dst}/{len} out by {dev}, but {first}/{first_len} is the network of its own {bridge}",
    ),
    why="This node's own pods cannot be reached, neither from here nor from other nodes.",
    fix=("on {node}: ip {six}route del {dst}/{len} dev {dev}", "then restart the CNI's agent on {node}"),
    sql="""
    SELECT r.ns, r.dst, r.dst_len AS len, r.via, r.dev, b.first, b.len AS first_len, b.dev AS bridge, r.rowid AS row_route,
           own.rowid AS row_route_2, b.address_row AS row_address, CASE r.family WHEN 6 THEN '-6 ' ELSE '' END AS six
    FROM bridge_net b JOIN route r ON r.ns = b.ns AND r.family = b.family AND r.dev <> b.dev
      AND r.dst BETWEEN b.first AND last_ip(b.family, b.first, b.len) AND r.dst_len >= b.len
    JOIN device d ON d.ns = r.ns AND d.name = r.dev
    LEFT JOIN route own ON own.ns = b.ns AND own.dev = b.dev AND own.dst = b.first AND own.dst_len = b.len AND own."table" = 'main'
      AND own.type = 'unicast'
    WHERE b.pod AND r."table" = 'main' AND r.type = 'unicast' AND d.role IN ('uplink', 'overlay', 'other')
      AND (r.dst_len > b.len OR own.dev IS NULL AND coalesce(d.up, true)
           OR coalesce(r.metric, CASE r.family WHEN 6 THEN 1024 ELSE 0 END) < coalesce(own.metric, CASE r.family WHEN 6 THEN 256 ELSE 0 END))
      -- The first address of the network is the tunnel device's own.
      AND NOT (r.dst_len = full_len(r.family) AND EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a."address" = r.dst))
    """,
    follows=("device-down",),
)
