"""A node that routes for containers has forwarding switched off."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="ip-forward-off",
    severity=Severity.ERROR,
    title="A node that routes for containers does not forward",
    explain="""A container's packet that leaves its bridge is forwarded by the host, like a router does. With net.ipv4.ip_forward at
0 the kernel drops every packet that is not for the host itself, and counts it in IpInAddrErrors. Containers on one
bridge still reach each other, and the host reaches its containers: so the fault looks like one of the other node's.

Docker and the CNIs switch forwarding on when they start. It goes off again when something applies the sysctl files
later: `sysctl --system`, a hardening script, a restart of the network service, a file in /etc/sysctl.d that sets 0.

IPv6 has a switch of its own, net.ipv6.conf.all.forwarding, which must be on where containers have IPv6 addresses.

Look: `sysctl net.ipv4.ip_forward`, `nstat -az IpInAddrErrors`, `grep -r forward /etc/sysctl.conf /etc/sysctl.d`.""",
    summary=("{setting} is 0{where}, but {dev} {reason}",),
    why="Every packet between containers and anything outside their own bridge is dropped here.",
    fix=(
        "on {node}: {run}sysctl -w {setting}=1",
        "to keep it: write {setting} = 1 into a file in /etc/sysctl.d that is read last, and look for the one that sets 0",
    ),
    sql="""
    SELECT r.ns, s.name AS setting, r.dev, r.why AS reason, s.rowid AS row_sysctl, r.link_row AS row_link,
           c.rowid AS row_counter, c.name AS needle_counter
    FROM router r JOIN sysctl s USING (ns)
    LEFT JOIN counter c ON c.ns = r.ns AND c.value > 0
         AND c.name = CASE WHEN s.name LIKE 'net.ipv4.%' THEN 'IpInAddrErrors' ELSE 'Ip6InAddrErrors' END
    WHERE s.value = '0' AND (
        s.name = 'net.ipv4.ip_forward'
        -- The same switch by its other name, where the first was not shown.
        OR s.name = 'net.ipv4.conf.all.forwarding'
           AND NOT EXISTS (SELECT 1 FROM sysctl o WHERE o.ns = s.ns AND o.name = 'net.ipv4.ip_forward')
        OR s.name = 'net.ipv6.conf.all.forwarding' AND (
            EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = s.ns AND b.family = 6 AND b.alive)
            OR EXISTS (SELECT 1 FROM route t JOIN device d ON d.ns = t.ns AND d.name = t.dev WHERE t.ns = s.ns
                       AND t.family = 6 AND NOT everywhere(t.dst) AND t.dst_len > 0 AND (d.role = 'overlay' AND t.via IS NOT NULL
                       OR d.role = 'port' AND d.master IS NULL AND t.dst_len = 128))))
    """,
    needs=(Need("sysctl", "sysctl net.ipv4.ip_forward", "net.ipv4.ip_forward"),),
    applies="SELECT ns FROM router",
)
