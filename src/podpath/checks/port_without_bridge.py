"""A container's cable ends on the host in no bridge and on no route."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="port-without-bridge",
    severity=Severity.ERROR,
    title="The host's end of a container's cable is plugged in nowhere",
    explain="""A container's eth0 is one end of a veth pair; the other end, on the host, must be a port of a bridge (Docker,
flannel) or have a route to the container (Calico). When it is neither, everything the container sends arrives on the
host's end and ends there: nobody answers its ARP requests, and senders see `No route to host`.

It happens when somebody takes the interface out of its bridge (`ip link set vethX nomaster`, `brctl delif`), when the
bridge was deleted and made anew, or when a network service took the interface over.

Look: `ip link show vethX` (no `master`), `bridge link show`, `ip route show dev vethX` (nothing).""",
    summary=("{dev} leads to a container, but is a port of no bridge and has no route; {sibling} is in {bridge}",),
    why="The container behind it reaches nobody, and nobody reaches it.",
    fix=("on {node}: {run}ip link set {dev} master {bridge}", "or recreate the container"),
    sql="""
    WITH cable AS (
        SELECT d.ns, d.name, d.link_row FROM device d JOIN netns n USING (ns)
        WHERE n.kind = 'host' AND d.kind = 'veth' AND d.up AND d.master IS NULL AND d.peer_index IS NOT NULL
          AND d.peer_netns IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = d.ns AND a.dev = d.name AND a.family = 4)
          AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = d.ns AND r.dev = d.name AND r."table" = 'main' AND r.family = 4)
    )
    SELECT c.ns, c.name AS dev, c.link_row AS row_link, arg_min(s.name, s.name) AS sibling, arg_min(s.master, s.name) AS bridge,
           arg_min(s.link_row, s.name) AS row_link_2
    FROM cable c JOIN device s ON s.ns = c.ns AND s.kind = 'veth' AND s.master IS NOT NULL AND s.peer_netns IS NOT NULL
    WHERE EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = s.ns AND b.dev = s.master)
      AND EXISTS (SELECT 1 FROM coverage v WHERE v.ns = c.ns AND v."table" = 'link' AND v.complete = 'yes')
      AND EXISTS (SELECT 1 FROM coverage v WHERE v.ns = c.ns AND v."table" = 'route' AND v.complete = 'yes' AND v.dev IS NULL)
    GROUP BY c.ns, c.name, c.link_row
    """,
    needs=(Need("link", "ip -d link show"),),
    applies="SELECT DISTINCT ns FROM bridge_net",
)
