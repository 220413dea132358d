"""One text shows two machines, and nothing in it says where the second begins."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT n.ns, a.file, a.first FROM set_aside a JOIN node d ON d.name = a.node JOIN netns n ON n.node = d.node AND n.kind = 'host'
    WHERE a.reason = 'mixed'
    """,
    over=("set_aside",),
)
