"""A rule exempts packets from connection tracking, and so from NAT."""

from typing import Final

from podpath.causes.cause import Cause, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="notrack-skips-nat",
    title="A rule exempts packets from connection tracking, and so from NAT",
    explain="""Address translation applies to connections: a packet that a rule of the table raw marks as untracked (NOTRACK, `notrack`) skips
the table nat. Services and published ports fail for it, although all their rules are there. Delete the rule, or accept
the addresses of services before it.

    iptables -t raw -S
    nft list ruleset | grep notrack""",
)


def untracked(node: str, where: str, rule: str, then: str, *fix: Fix) -> Words:
    """Return the words for packets that a rule keeps from being tracked, and so from being translated.

    Args:
        node: node of the rule.
        where: address, port and protocol.
        rule: the rule.
        then: what happens to the packet.
        fix: what takes the rule away.
    """
    return CAUSE.words(
        tr(
            "a rule of {node} exempts packets for {where} from connection tracking, so no rule translates them: {rule}",
            node=node,
            where=where,
            rule=rule,
        ),
        tr("Untracked packets skip the table nat. {then}", then=sentence(then)),
        *fix,
    )
