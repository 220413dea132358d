"""Two outputs say different things of one object."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH both_sides AS (
        SELECT c.*, CASE WHEN 'assumed' IN (a.place, b.place) THEN 'likely' END AS confidence, a.file || ':' || c.one_line AS one_at, b.file || ':' || c.other_line AS other_at, a.command AS one_command, b.command AS other_command,
               c.tab = 'route' AND c.field = 'via' AS is_route, c.field = 'mac' AS is_mac, c.field IN ('local', 'remote', 'address', 'internal_ip', 'public_ip', 'subnet', 'cluster_ip') AND
               regexp_matches(c.one, '^\\d+$') AND regexp_matches(c.other, '^\\d+$') AS is_ip
        FROM conflict c LEFT JOIN source a ON a.source = c.one_source LEFT JOIN source b ON b.source = c.other_source
    )
    SELECT ns, confidence, replace(tab, '_', ' ') AS "table", object, replace(field, '_', ' ') AS field, one_at, other_at,
           CASE WHEN is_mac THEN try_cast(one AS UBIGINT) END AS one_mac, CASE WHEN is_mac THEN try_cast(other AS UBIGINT) END AS other_mac,
           CASE WHEN is_ip THEN try_cast(one AS UHUGEINT) END AS one_ip, CASE WHEN is_ip THEN try_cast(other AS UHUGEINT) END AS other_ip,
           -- Where a route goes to stands as one text, "next hop device", the next hop empty for what is on the link.
           CASE WHEN is_route THEN try_cast(split_part(object, '/', 1) AS UHUGEINT) END AS dst,
           CASE WHEN is_route THEN split_part(object, '/', 2) END AS len,
           CASE WHEN is_route THEN try_cast(split_part(one, ' ', 1) AS UHUGEINT) END AS one_via,
           CASE WHEN is_route THEN try_cast(split_part(other, ' ', 1) AS UHUGEINT) END AS other_via,
           CASE WHEN is_route THEN split_part(one, ' ', 2) END AS one_dev, CASE WHEN is_route THEN split_part(other, ' ', 2) END AS other_dev,
           one AS one_text, other AS other_text,
           CASE WHEN one_command <> other_command THEN one_command END AS one_command, CASE WHEN one_command <> other_command THEN other_command END AS other_command,
           CASE WHEN one_command = other_command THEN one_command END AS only_command
    FROM both_sides WHERE node_name(ns) NOT IN (SELECT node FROM set_aside WHERE reason = 'mixed')
    """,
)
