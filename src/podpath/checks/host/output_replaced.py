"""A command was pasted twice for one place: the later output counts."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="output-replaced",
    severity=Severity.INFO,
    title="An earlier output is replaced by a later one",
    explain="""A text holds the whole output of one command twice for the same node and namespace, as texts do that show the state before
    and after a change. Both cannot be true at once, so the later one counts, and the earlier one is left out of every judgement.

    Look: `podpath check --as-of LINE FILE` reads the text only up to that line, and judges the state before.""",
    summary=("`{command}` stands twice in {file}: the output at line {later} replaces the one at line {first}",),
    why="What is reported is the later state.",
    fix=("to judge the state before: podpath check --as-of {before} {file}",),
    sql="""
    SELECT n.ns, a.file, a.first, a.later, a.later - 1 AS before, a.command
    FROM set_aside a JOIN node d ON d.name = a.node JOIN netns n ON n.node = d.node AND n.kind = 'host' WHERE a.reason = 'replaced'
    """,
    over=("set_aside",),
)
