"""Addresses that only a namespace's routes show.

The kernel makes the route of a connected network of an address, with that address as its source, and removes both together
(net/ipv4/fib_frontend.c, fib_add_ifaddr and fib_del_ifaddr). So ``10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15``
shows 10.0.2.15/24 on eth0 where nobody pasted ``ip address``. Other addresses may be there.
"""

from typing import Final

from podpath.snapshot.store import Store

_ADD: Final = """
    INSERT INTO "address" (ns, source, line, dev, family, "address", length)
    SELECT r.ns, min(r.source), min(r.line), r.dev, r.family, r.prefsrc, r.dst_len FROM route r
    WHERE r.family = 4 AND r.prefsrc IS NOT NULL AND r.dev IS NOT NULL AND r.via IS NULL AND r.type = 'unicast'
      AND r."table" = 'main' AND r.scope = 'link' AND coalesce(r.proto, 'kernel') = 'kernel'
      AND r.dst_len BETWEEN 1 AND 31
      AND r.prefsrc BETWEEN r.dst AND r.dst + ((1::BIGINT << (32 - r.dst_len)) - 1)::UHUGEINT
      AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a."address" = r.prefsrc)
      AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.ns = r.ns AND c."table" = 'address' AND c.complete <> 'no'
                      AND coalesce(c.family, 4) = 4 AND coalesce(c.dev, r.dev) = r.dev)
    GROUP BY r.ns, r.dev, r.family, r.prefsrc, r.dst_len
"""


def add_routed_addresses(store: Store) -> None:
    """Add the addresses of connected networks where no output that shows addresses as a whole lacks them."""
    store.connection.execute(_ADD)
