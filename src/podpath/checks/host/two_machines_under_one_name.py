"""One text shows two machines, and nothing in it says where the second begins."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="two-machines-under-one-name",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="A text holds the output of two machines",
    explain="""Outputs that stand under one name show two machines: one network card with two MACs and two addresses, a tunnel with two
    sources, two host names or two machine-ids. podpath saw no heading and no prompt that says where the second machine begins, so that
    nothing of this text proves anything.

    Look: `ip link show` on each machine tells whose card it is. Put a line with the machine's name before each part (`### node n1`), or paste each machine's output into a file of its own.""",
    summary=(
        "{file} holds two machines under the name {node}: the output at line {first} is of another one than what stands before",
    ),
    why="What is reported of this node may join two machines, and is never called proven.",
    fix=("put a line `### node NAME` before each machine's part of {file}: before line {first}, too",),
    sql="""
    SELECT n.ns, a.file, a.first FROM set_aside a JOIN node d ON d.name = a.node JOIN netns n ON n.node = d.node AND n.kind = 'host'
    WHERE a.reason = 'mixed'
    """,
    over=("set_aside",),
)
