"""A command was pasted twice for one place: the later output counts."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="output-replaced",
    severity=Severity.INFO,
    title="A later output replaces an earlier one",
    explain="""A text contains the complete output of one command twice for the same node and namespace, for example before
and after a change. They cannot both be true at once, so podpath uses the later one and ignores the earlier one.

Check: `podpath check --as-of LINE FILE` reads the text only up to that line, and judges the earlier state.""",
    summary=("{file} has `{command}` twice: the output at line {later} replaces the one at line {first}",),
    why="podpath reports the later state.",
    fix=(line("podpath check --as-of {before} {file}", words="to judge the earlier state"),),
    no_lab="it is about outputs that were collected, not about a network",
)
