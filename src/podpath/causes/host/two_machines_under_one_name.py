"""One text shows two machines, and nothing in it says where the second begins."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="two-machines-under-one-name",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="A text contains the output of two machines",
    explain="""Outputs under one name show two machines: one network card with two MACs and two addresses, a tunnel with
two sources, two host names or two machine-ids. podpath found no heading and no prompt that marks the start of the second
machine, so this text proves nothing.

Check: `ip link show` on each machine shows which one has the card. Put a line with the machine's name before each part (`### node n1`),
or paste each machine's output into a file of its own.""",
    summary=(
        "{file} contains two machines under the name {node}: the output at line {first} is from another machine than the output before it",
    ),
    why="Findings for this node may mix two machines, so podpath never calls them proven.",
    fix=("put a line `### node NAME` before each machine's part of {file}: before line {first}, too",),
    no_lab="it is about outputs that were collected, not about a network",
)
