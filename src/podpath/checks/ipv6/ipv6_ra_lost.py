"""The host ignores router advertisements, since it forwards."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="ipv6-ra-lost",
    severity=Severity.ERROR,
    title="The host has lost its IPv6 default route by switching forwarding on",
    explain="""A host learns its IPv6 default route from router advertisements, and a router does not listen to them. Docker and
Kubernetes make the host a router (net.ipv6.conf.all.forwarding = 1), and from then on the kernel ignores advertisements
on every device whose accept_ra is 1; only 2 says to listen all the same. The route stays until its lifetime is over, so
the fault shows minutes or hours later.

It does not matter where NetworkManager or systemd-networkd handles advertisements itself: it then sets accept_ra to 0.

Look: `ip -6 route show default`, `sysctl net.ipv6.conf.eth0.accept_ra net.ipv6.conf.eth0.forwarding`.""",
    summary=("{dev} has an address from router advertisements, which {node} ignores now (forwarding 1, accept_ra 1): {now}",),
    why="IPv6 to the outside is lost for the host and its containers.",
    fix=(
        "on {node}: sysctl -w net.ipv6.conf.{setting}.accept_ra=2",
        "to keep it: the same in /etc/sysctl.d, or a static default route",
    ),
    sql="""
    WITH deaf AS (
        SELECT d.ns, d.name AS dev, replace(d.name, '.', '/') AS setting, a.rowid AS row_sysctl, f.rowid AS row_sysctl_2 FROM device d
        JOIN sysctl a ON a.ns = d.ns AND a.name = 'net.ipv6.conf.' || replace(d.name, '.', '/') || '.accept_ra' AND a.value = '1'
        JOIN sysctl f ON f.ns = d.ns AND f.value = '1' AND f.name = 'net.ipv6.conf.' || replace(d.name, '.', '/') || '.forwarding'
        WHERE d.role = 'uplink' AND coalesce(d.up, true)
    ),
    told AS (
        SELECT x.*, p.rowid AS row_address FROM deaf x JOIN "address" p ON p.ns = x.ns AND p.dev = x.dev AND p.family = 6
        WHERE has_flag(p.flags, 'dynamic') AND NOT everywhere(p."address")
        QUALIFY row_number() OVER (PARTITION BY x.ns, x.dev ORDER BY p.rowid) = 1
    )
    SELECT t.*, r.rowid AS row_route, CASE WHEN r.rowid IS NULL THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN r.rowid IS NULL THEN 'there is no IPv6 default route any more' ELSE 'the default route goes when its lifetime is over' END AS now
    FROM told t LEFT JOIN route r ON r.ns = t.ns AND r.dev = t.dev AND r.family = 6 AND r.dst_len = 0 AND r.proto IN ('ra', 'kernel')
    WHERE seen_of(t.ns, 'route', 6) = 2
      AND NOT EXISTS (SELECT 1 FROM route o WHERE o.ns = t.ns AND o.family = 6 AND o.dst_len = 0 AND coalesce(o.proto, '') NOT IN ('ra', 'kernel')
                      AND o.type = 'unicast')
    """,
)
