"""A command was pasted twice for one place: the later output counts."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT n.ns, a.file, a.first, a.later, a.later - 1 AS before, a.command
    FROM set_aside a JOIN node d ON d.name = a.node JOIN netns n ON n.node = d.node AND n.kind = 'host' WHERE a.reason = 'replaced'
    """,
    over=("set_aside",),
)
