"""A node's flannel lease announces another VTEP MAC than its device has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vtep", "underlay"),
    sql=r"""
    WITH told AS (
        SELECT public_ip, vtep_mac, vni, subnet AS first, subnet_len AS len, rowid AS row_flannel_lease, NULL::BIGINT AS row_kube_node, logged
        FROM flannel_lease WHERE vtep_mac IS NOT NULL
        UNION ALL
        SELECT public_ip, vtep_mac, NULL, NULL, NULL, NULL, rowid, false FROM kube_node WHERE vtep_mac IS NOT NULL AND public_ip IS NOT NULL
    ),
    held AS (
        SELECT v.ns, v.dev, v.mac, l.rowid AS row_link, t.* FROM told t JOIN underlay u ON u.ip = t.public_ip JOIN vtep v ON v.vt = u.vt
        JOIN link l ON l.ns = v.ns AND l.name = v.dev
        WHERE v.mac IS NOT NULL AND regexp_matches(v.dev, '^flannel([.-]v6)?\.\d+$') AND (t.vni IS NULL OR v.vni IS NULL OR t.vni = v.vni)
    )
    SELECT ns, dev, mac, vtep_mac AS announced, first, len, row_link, row_flannel_lease, row_kube_node,
           -- A log tells of the past: flanneld may have announced the device's MAC since.
           CASE WHEN logged THEN 'likely' END AS confidence FROM held h
    -- An older log may tell what was announced before: what any of them tells rightly is announced.
    WHERE mac <> vtep_mac AND NOT EXISTS (SELECT 1 FROM held o WHERE o.ns = h.ns AND o.dev = h.dev AND o.mac = o.vtep_mac)
    """,
)
