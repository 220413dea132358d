"""A rule drops packets between pods."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="netfilter-drop",
    severity=Severity.WARNING,
    title="A rule drops packets between pods",
    explain="""The rules of all tables and all their chains count: one chain may drop packets that another accepts. podpath names the rule that decided,
with its table, chain and number, and with its counter if the output has counters.

It may be intended; podpath reports it because every cluster normally passes such packets.

Check: `iptables-save -c`, `nft list ruleset`; live: `nft monitor trace`.""",
    no_lab="any rule that no known program wrote: faults with names of their own show it",
)
