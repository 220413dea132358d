"""Two outputs say different things of one object."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="contradicting-evidence",
    severity=Severity.WARNING,
    title="The outputs contradict each other",
    explain="""Two outputs, or two lines of one output, contradict each other about the same device, route or entry. They cannot both be
true at once: they were taken at different times, on different machines under one name, or in different namespaces, or
something changed in between. Other checks of this object rely on one of the two.

A value that keeps changing is a finding itself: an address or a MAC that alternates means that two owners
both set it.

Check: take the outputs again at the same time, for example with `podpath collect`, or run both commands once more.""",
    summary=(
        "{table} {object}: {field} is {one_mac} ({one_at}) and {other_mac} ({other_at})",
        "{table} {object}: {field} is {one_ip} ({one_at}) and {other_ip} ({other_at})",
        "route to {dst}/{len} goes to {one_via} through {one_dev} ({one_at}) and to {other_via} through {other_dev} ({other_at})",
        "route to {dst}/{len} leaves through {one_dev} ({one_at}) and through {other_dev} ({other_at})",
        "{table} {object}: {field} is {one_text} ({one_at}) and {other_text} ({other_at})",
    ),
    why="One of the two is no longer true, so conclusions from it may be wrong.",
    fix=(
        line("{one_command:words}", words="take both again at the same time,", on="{node}"),
        line("{other_command:words}", words="and", on="{node}"),
        line("{only_command:words}", words="take the output again,", on="{node}"),
    ),
    no_lab="it is about outputs that were collected, not about a network",
)
