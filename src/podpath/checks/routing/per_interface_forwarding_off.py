"""Forwarding is on for the node, but off for a device that packets to forward arrive on."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH through AS (
        SELECT ns, dev, 'bridge' AS hit FROM bridge_net WHERE alive AND family = 4
              AND NOT EXISTS (SELECT 1 FROM internal i WHERE i.ns = bridge_net.ns AND i.dev = bridge_net.dev)
        UNION SELECT v.ns, v.dev, 'overlay' FROM vtep v WHERE v.present
        UNION SELECT d.ns, d.name, 'pod' FROM device d JOIN route r ON r.ns = d.ns AND r.dev = d.name
              WHERE d.role = 'port' AND d.master IS NULL AND r.via IS NULL AND r.family = 4 AND r.dst_len = 32
        UNION SELECT r.ns, r.dev, 'outside' FROM route r JOIN router USING (ns)
              JOIN device d ON d.ns = r.ns AND d.name = r.dev AND d.role IN ('uplink', 'bridge')
              WHERE r.family = 4 AND r.dst_len = 0 AND r.via IS NOT NULL AND r."table" = 'main'
    )
    SELECT t.ns, t.dev, t.hit, replace(t.dev, '.', '/') AS setting, s.rowid AS row_sysctl, f.rowid AS row_sysctl_2, c.rowid AS row_counter
    FROM through t
    JOIN sysctl s ON s.ns = t.ns AND s.name = 'net.ipv4.conf.' || replace(t.dev, '.', '/') || '.forwarding' AND s.value = '0'
    JOIN sysctl f ON f.ns = t.ns AND f.name IN ('net.ipv4.ip_forward') AND f.value = '1'
    LEFT JOIN counter c ON c.ns = t.ns AND c.name = 'IpInAddrErrors' AND c.value > 0
    """,
    needs=(Need("sysctl", "sysctl -a", "net.ipv4.conf.*.forwarding"),),
    applies="SELECT ns FROM router",
)
