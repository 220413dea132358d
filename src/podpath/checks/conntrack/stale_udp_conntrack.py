"""A conntrack entry sends a UDP flow to a target that is gone."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH flow AS (
        SELECT rowid AS row_conntrack, ns, src, dst, dport, reply_src AS was FROM conntrack WHERE proto = 'udp' AND family = 4
    ), serviced AS (
        SELECT f.*, s.namespace || '/' || s.name AS what, s.rowid AS row_service, count(e.rowid) AS ends,
               bool_or(e."address" = f.was AND coalesce(e.ready, true)) AS served
        FROM flow f JOIN service s ON s.cluster_ip = f.dst AND s.port = f.dport AND upper(coalesce(s.proto, 'TCP')) = 'UDP'
        LEFT JOIN endpoint e ON e.namespace = s.namespace AND e.service = s.name GROUP BY ALL
    ), nobody AS (
        -- Translated to an address of a network whose host was captured whole, and that none of its containers has.
        SELECT f.* FROM flow f WHERE f.was <> f.dst AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a."address" = f.was)
          AND EXISTS (SELECT 1 FROM whole_net w WHERE f.was BETWEEN w.first AND w.last)
    )
    SELECT ns, src, dst, dport, was, what, row_conntrack, row_service FROM serviced WHERE ends > 0 AND NOT coalesce(served, false)
    UNION ALL
    SELECT ns, src, dst, dport, was, NULL, row_conntrack, NULL FROM nobody
    WHERE row_conntrack NOT IN (SELECT row_conntrack FROM serviced)
    """,
    over=("conntrack",),
)
