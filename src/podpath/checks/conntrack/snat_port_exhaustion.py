"""No source port is left for new connections to one address and port."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH narrow AS (
        SELECT ns, source AS at_source, line AS at_line, regexp_extract(said, '--to-ports (\d+)', 1)::BIGINT AS low,
               coalesce(try_cast(regexp_extract(said, '--to-ports \d+-(\d+)', 1) AS BIGINT),
                        regexp_extract(said, '--to-ports (\d+)', 1)::BIGINT) AS high
        FROM rule_line WHERE tab = 'nat' AND regexp_matches(said, '-j (MASQUERADE|SNAT).*--to-ports \d+')
    ), used AS (
        SELECT ns, proto, dst AS target, dport AS port, reply_dst AS address, count(DISTINCT reply_dport) AS used, min(rowid) AS row_conntrack
        FROM conntrack WHERE reply_dst <> src AND reply_dport IS NOT NULL GROUP BY ALL
    )
    SELECT u.ns, u.proto, u.target, u.port, u.address, u.used, 64512 AS room, NULL AS few, u.row_conntrack,
           NULL::BIGINT AS at_source, NULL::BIGINT AS at_line, 'error' AS severity, 'proven' AS confidence
    FROM used u WHERE u.used * 10 >= 64512 * 9
    UNION ALL
    SELECT ns, NULL, NULL, NULL, NULL, NULL, NULL, CASE WHEN high = low THEN '1 source port' ELSE (high - low + 1) || ' source ports' END,
           NULL, at_source, at_line, 'warning', 'likely' FROM narrow
    WHERE high - low + 1 < 1000
    """,
)
