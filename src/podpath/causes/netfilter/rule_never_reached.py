"""A rule accepts packets that an earlier one already stops."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="rule-never-reached",
    severity=Severity.WARNING,
    title="A rule accepts packets that an earlier one already stops",
    explain="""The first rule that decides wins. Cloud images (Oracle's), firewalld and handwritten rulesets end their chains with a
REJECT; an ACCEPT that a person or a CNI's agent then appends is a rule that no packet reaches. Every listing shows it, and its
counter stays 0.

podpath reports only what the text of the two rules proves: every packet that the later rule matches, the earlier one matches, too. It does not
report a repeated ACCEPT, which is harmless.

Check: `iptables -nvL INPUT --line-numbers`, `nft -a list ruleset`: which of the two comes first, and which counter rises.""",
)


def covered(number: int, chain: str, table: str, place: str, before: Words) -> Words:
    """Return the words for a rule that accepts, and comes after one that stops all its packets.

    Args:
        number: the rule's.
        chain: its chain.
        table: its table.
        place: where, in words.
        before: what follows from the earlier rule (:func:`after`).
    """
    return before._replace(
        summary=tr(
            "rule {number} of chain {chain} in table {table} {place} accepts nothing",
            number=number,
            chain=chain,
            table=table,
            place=place,
        )
    )


def after(number: int, by: int, packets: int | None, rule: str, moves: tuple[Fix, ...]) -> Words:
    """Return what follows from the order of two rules.

    Args:
        number: number of the rule that is never reached.
        by: number of the one that comes first.
        packets: packets that the first one has counted, or None if it has no counter.
        rule: the text of the first one.
        moves: what puts the other one before it.
    """
    counted = tr(", and has counted {packets} packets", packets=packets) if packets is not None else ""
    return CAUSE.words(
        "",
        tr(
            "Rule {by} comes first, and stops every packet that rule {number} matches{counted}: {rule}.",
            by=by,
            number=number,
            counted=counted,
            rule=rule,
        ),
        *moves,
        tr("to keep it, change the order where the rules are loaded from (/etc/iptables/rules.v4, /etc/nftables.conf …)"),
    )
