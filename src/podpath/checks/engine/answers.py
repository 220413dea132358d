"""Which hosts packets are put before (:mod:`podpath.checks.engine.asked`), and what is said of them."""

from typing import NamedTuple

from podpath.snapshot.store import Store
from podpath.state.evidence import Unknown
from podpath.state.finding import Finding


class Answers(NamedTuple):
    """The results for all packets.

    Attributes:
        findings: what rules drop or change.
        unknowns: what is not known.
    """

    findings: tuple[Finding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


def filtering_hosts(store: Store) -> list[int]:
    """Return the hosts whose rules may drop packets."""
    return [ns for (ns,) in store.raw(
        "SELECT DISTINCT r.ns FROM ruleset r JOIN netns n USING (ns) WHERE n.kind = 'host' AND r.opaque AND r.form <> 'ipset'"
        " ORDER BY r.ns"
    )]  # fmt: skip
