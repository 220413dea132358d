"""A route leads into a WireGuard device, but no peer there is allowed the destination."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="wireguard-allowed-ips",
    severity=Severity.ERROR,
    title="A route leads into WireGuard for which no peer is allowed",
    explain="""WireGuard chooses the peer for a packet by its allowed IPs, and drops what comes from a peer with a source that is not
among that peer's. A route into the device is not enough: where no peer is allowed the destination, the kernel refuses the
packet, and the sender sees `Required key not available` or an unreachable host. The other way round, a packet from an
address that is not allowed arrives, counts as received, and is dropped in silence.

It happens when the CNI has not heard of a node's pod network, or host traffic uses an address that it left out.

Look: `wg show` (allowed ips of each peer), `ip route show dev DEVICE`.""",
    summary=("{node} routes {dst}/{dst_len} into {dev}, but no peer of {dev} is allowed it",),
    why="Packets for these addresses are refused before they leave the node.",
    fix=(
        "restart the CNI's agent on {node}: it writes the peers again",
        "or on {node}: wg set {dev} peer PUBLICKEY allowed-ips …,{dst}/{dst_len}   (the whole list: it replaces the old one)",
    ),
    sql="""
    SELECT r.ns, r.rowid AS row_route, r.dev, r.dst, r.dst_len, min(p.rowid) AS row_wireguard_peer
    FROM route r JOIN wireguard_peer p ON p.ns = r.ns AND p.dev = r.dev
    WHERE r.type = 'unicast' AND r.dst_len > 0
      AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = r.ns AND c."table" = 'wireguard_peer' AND c.complete = 'yes'
                  AND (c.dev IS NULL OR c.dev = r.dev))
      AND NOT EXISTS (SELECT 1 FROM wireguard_peer a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family
                      AND r.dst <= last_ip(a.family, a.allowed, a.allowed_len)
                      AND a.allowed <= last_ip(r.family, r.dst, r.dst_len))
    GROUP BY ALL
    """,
    over=("wireguard_peer",),
    needs=(Need("wireguard_peer", "wg show"),),
    applies="SELECT DISTINCT ns FROM link WHERE kind = 'wireguard'",
)
