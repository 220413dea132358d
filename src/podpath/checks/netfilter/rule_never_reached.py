"""A rule accepts what an earlier one has stopped already."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="rule-never-reached",
    severity=Severity.WARNING,
    title="A rule accepts what an earlier one has stopped already",
    explain="""The first rule that decides wins. Images of clouds (Oracle's), firewalld and hand-made sets of rules end their chains with a
REJECT; whoever then appends an ACCEPT, a person or a CNI's agent, adds a rule that no packet reaches. It stands in every listing, and its
counter stays 0.

Told is only what the words of the two rules prove: that all packets of the later one are packets of the earlier. What repeats
an ACCEPT is harmless, and not told.

Look: `iptables -nvL INPUT --line-numbers`, `nft -a list ruleset`: which of the two comes first, and which one counts.""",
    asked=True,
)
