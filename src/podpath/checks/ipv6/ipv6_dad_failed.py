"""An IPv6 address is not used, because somebody else answered for it."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT ns, "address" AS ip, length AS len, dev, replace(dev, '.', '/') AS setting, rowid AS row_address FROM "address"
    WHERE family = 6 AND has_flag(flags, 'dadfailed')
    UNION ALL BY NAME
    SELECT l.ns, l.src AS ip, l.dev, l.mac, l.often, l.row_kernel_message, l.confidence, 'warning' AS severity FROM logged l
    WHERE l.event = 'duplicate-address'
      AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a."address" = l.src AND has_flag(a.flags, 'dadfailed'))
    """,
)
