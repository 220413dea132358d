"""A service selects no pod."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT s.ns, s.namespace, s.name AS short, s.namespace || '/' || s.name AS name, s.selector, min(s.rowid) AS row_service
    FROM service s
    WHERE s.selector IS NOT NULL AND coalesce(s.type, '') <> 'ExternalName'
      AND EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'pod' AND c.complete = 'yes' AND (c.part IS NULL OR c.part = s.namespace))
      -- A table without labels tells of no pod whether it is meant.
      AND NOT EXISTS (SELECT 1 FROM pod p WHERE p.namespace = s.namespace
                      AND (p.labels IS NULL OR list_has_all(string_split(p.labels, ','), string_split(s.selector, ','))))
    GROUP BY ALL
    """,
)
