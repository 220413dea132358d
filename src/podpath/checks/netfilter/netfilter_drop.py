"""A rule drops what pods send one another."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="netfilter-drop",
    severity=Severity.WARNING,
    title="A rule drops what pods send one another",
    explain="""Rules of all tables count, and of all their chains: what one accepts another may drop. The rule that decided is named with its
table, chain and number, and with its counter where the output has counters.

It may be meant so; it is told because packets that every cluster lets pass end here.

Look: `iptables-save -c`, `nft list ruleset`; live: `nft monitor trace`.""",
    asked=True,
)
