"""Tunnel packets arrive with a wrong checksum."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vtep", "feature"),
    sql="""
    SELECT v.ns, v.dev, e.value AS count, e.value + coalesce(t.value, 0) AS total, e.rowid AS row_counter, 'UdpInCsumErrors' AS needle_counter,
           f.rowid AS row_feature
    FROM vtep v JOIN counter e ON e.ns = v.ns AND e.name = 'UdpInCsumErrors' LEFT JOIN counter t ON t.ns = v.ns AND t.name = 'UdpInDatagrams'
    JOIN feature f ON f.ns = v.ns AND f.dev = v.dev AND f.name = 'tx-checksum-ip-generic' AND f."on" AND NOT f.fixed
    WHERE e.value >= 100 AND e.value * 100 >= coalesce(t.value, 0)
    """,
)
