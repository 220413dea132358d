"""An overlay device went down and up, and lost its routes and neighbours."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vtep",),
    sql="""
    WITH entries AS (
        SELECT v.ns, v.dev, count(DISTINCT f.dst) AS peers, min(f.rowid) AS row_fdb FROM vtep v JOIN fdb f ON f.ns = v.ns AND f.dev = v.dev
        WHERE f.dst IS NOT NULL AND f.mac <> 0 AND f.state IN ('permanent', 'static') GROUP BY v.ns, v.dev
    ),
    silent AS (
        SELECT e.*, (SELECT min(CASE c.complete WHEN 'yes' THEN 2 ELSE 1 END) FROM (
            SELECT c."table", arg_max(c.complete, c.complete = 'yes') AS complete FROM coverage c
            WHERE c.ns = e.ns AND c."table" IN ('route', 'neighbour') AND c.complete <> 'no' AND (c.dev IS NULL OR c.dev = e.dev)
              AND (c.part IS NULL OR c.part IN ('main', '254')) AND coalesce(c.family, 4) = 4 GROUP BY c."table") c
            HAVING count(*) = 2) AS seen
        FROM entries e
        WHERE NOT EXISTS (SELECT 1 FROM neighbour n WHERE n.ns = e.ns AND n.dev = e.dev AND n.mac IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = e.ns AND r.dev = e.dev AND r.via IS NOT NULL)
    )
    SELECT s.ns, s.dev, s.peers, s.row_fdb, d.link_row AS row_link, CASE WHEN s.seen = 2 AND d.up THEN 'proven' ELSE 'likely' END AS confidence,
           -- A device that is still down has lost them, too, and that is another cause.
           CASE WHEN s.seen = 2 AND d.up THEN 'error' ELSE 'warning' END AS severity
    FROM silent s LEFT JOIN device d ON d.ns = s.ns AND d.name = s.dev
    WHERE s.seen IS NOT NULL AND coalesce(d.up, true) AND d.master IS NULL -- what enters a bridge needs no route and no neighbour
    """,
)
