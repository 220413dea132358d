"""A rule without which no route is looked up is gone."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH shown AS (
        SELECT r.ns, r.family, min(r.rowid) AS row_rule, seen_of(r.ns, 'rule', r.family) AS seen,
               -- wg-quick adds one that skips the default route: that is not the ordinary one.
               bool_or(r.action = 'lookup' AND r."table" IN ('main', '254') AND r.suppress_prefixlength IS NULL) AS main,
               bool_or(r.action = 'lookup' AND r."table" IN ('local', '255')) AS "local"
        FROM rule r GROUP BY r.ns, r.family
    )
    SELECT ns, family, missing, row_rule, CASE family WHEN 6 THEN '-6' ELSE '' END AS six, CASE missing WHEN 'main' THEN 32766 ELSE 0 END AS pref,
           CASE seen WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence, CASE seen WHEN 2 THEN 'error' ELSE 'warning' END AS severity,
           missing AS effect
    FROM (SELECT *, 'main' AS missing FROM shown WHERE NOT main UNION ALL SELECT *, 'local' FROM shown WHERE NOT "local")
    WHERE seen IS NOT NULL
    """,
    needs=(Need("rule", "ip rule show", family=4),),
    applies="SELECT ns FROM router",
)
