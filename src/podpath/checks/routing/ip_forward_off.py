"""A node that routes for containers has forwarding switched off."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
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
