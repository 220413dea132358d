"""A route leads into a WireGuard device, but no peer there is allowed the destination."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    SELECT r.ns, r.rowid AS row_route, r.dev, r.dst, r.dst_len, min(p.rowid) AS row_wireguard_peer,
           -- Who writes the peers of a device that has this name; of another device nobody does.
           CASE WHEN starts_with(r.dev, 'flannel-wg') THEN 'flanneld' WHEN r.dev IN ('wireguard.cali', 'wg-v6.cali') THEN 'calico-node'
                WHEN r.dev = 'cilium_wg0' THEN 'cilium-agent' END AS agent,
           CASE WHEN agent IS NULL THEN 'add' ELSE 'or add' END AS add_it
    FROM route r JOIN wireguard_peer p ON p.ns = r.ns AND p.dev = r.dev
    WHERE r.type = 'unicast' AND r.dst_len > 0
      AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = r.ns AND c."table" = 'wireguard_peer' AND c.complete = 'yes'
                  AND (c.dev IS NULL OR c.dev = r.dev))
      AND NOT EXISTS (SELECT 1 FROM wireguard_peer a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family
                      AND r.dst <= last_ip(a.family, a.allowed, a.allowed_len)
                      AND a.allowed <= last_ip(r.family, r.dst, r.dst_len))
    GROUP BY ALL
    """,
    over=("wireguard_peer",),
    needs=(Need("wireguard_peer", "wg show"),),
    applies="SELECT DISTINCT ns FROM link WHERE kind = 'wireguard'",
)
