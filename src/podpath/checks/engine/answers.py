"""Which hosts packets are put before (:mod:`podpath.checks.engine.asked`), and what is said of them."""

from typing import Final, NamedTuple

from podpath.snapshot.store import Store
from podpath.state.address import Ip
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


class OddRoute(NamedTuple):
    """A route by a next hop that does not have the network which the route is for, while another captured host has.

    Attributes:
        host: namespace of the route.
        home: namespace of the host that has the network.
        first: first address of the network.
        last: its last address.
        own: an address that the host has there.
    """

    host: int
    home: int
    first: Ip
    last: Ip
    own: Ip


def odd_routes(store: Store) -> list[OddRoute]:
    """Return such routes, outside of overlays; a router may well stand between the two hosts."""
    return [OddRoute(host, home, Ip(first), Ip(last), Ip(own)) for host, home, first, last, own in store.raw(_ODD_ROUTES)]


_ODD_ROUTES: Final = """
WITH connected AS (
    SELECT a.ns, a.family, first_ip(a.family, a."address", a.length) AS first, a.length AS len, a."address" AS ip
    FROM "address" a JOIN netns n USING (ns) JOIN device d ON d.ns = a.ns AND d.name = a.dev
    WHERE n.kind = 'host' AND d.up IS NOT false AND d.role IN ('bridge', 'uplink') AND a.length < full_len(a.family) AND NOT everywhere(a."address")
    UNION ALL
    SELECT i.host, a.family, a."address", full_len(a.family), a."address" FROM inside i JOIN "address" a ON a.ns = i.ns
    WHERE a.dev <> 'lo' AND NOT everywhere(a."address")
), home AS (
    SELECT family, first, len, min(ns) AS ns, min(ip) AS ip FROM connected GROUP BY ALL HAVING count(DISTINCT ns) = 1
)
SELECT DISTINCT r.ns, h.ns, h.first, last_ip(h.family, h.first, h.len), h.ip
FROM route r JOIN netns n ON n.ns = r.ns JOIN device d ON d.ns = r.ns AND d.name = r.dev
JOIN home h ON h.family = r.family AND h.first = r.dst AND h.len = r.dst_len AND h.ns <> r.ns
WHERE n.kind = 'host' AND d.role <> 'overlay' AND r.type = 'unicast' AND r."table" = 'main' AND r.dst_len > 0
  -- What is behind a cable is the host's own: two of one address are the matter of duplicate-pod-ip.
  AND NOT (d.role = 'port' AND r.via IS NULL)
  AND NOT EXISTS (SELECT 1 FROM "address" o WHERE o.ns = h.ns AND o."address" = r.via)
  AND (r.via IS NULL OR EXISTS (SELECT 1 FROM "address" o WHERE o."address" = r.via AND o.ns <> r.ns))
ORDER BY ALL
"""


ASKED_NAMES: Final = """
WITH named AS (
    SELECT r.ns, n.kind = 'host' AS first, r."address" AS ip FROM resolver r JOIN netns n USING (ns)
    WHERE r.keyword = 'nameserver' AND r."address" IS NOT NULL AND (n.kind = 'host' OR r.ns IN (SELECT ns FROM inside))
), held AS (
    SELECT a."address" AS ip, min(a.ns) AS ns FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
    WHERE NOT everywhere(a."address") AND d.role <> 'other' GROUP BY ALL HAVING count(DISTINCT a.ns) = 1
)
SELECT n.ns, h.ns, n.ip, EXISTS (SELECT 1 FROM named o WHERE o.ns = n.ns AND o.ip <> n.ip)
FROM (SELECT DISTINCT * FROM named) n JOIN held h USING (ip) WHERE h.ns <> n.ns ORDER BY n.first DESC, n.ns, n.ip LIMIT ?
"""
"""Hosts and containers with name servers that were captured, too: both namespaces, the address, whether there are others."""


def asked_elsewhere(store: Store) -> bool:
    """Say whether some host or container has a name server that was captured, too."""
    return bool(store.raw(ASKED_NAMES, [1]))
