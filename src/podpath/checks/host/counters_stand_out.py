"""A counter of errors or drops is far above noise."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="counters-stand-out",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="A counter of errors or drops stands out",
    explain="""Counters add up since the device was made or the machine was started, so that one look does not say when the errors
    happened. A few drops are normal everywhere: a tunnel that sends before its first neighbour is known, a card that hears
    protocols which nobody speaks. What is shown here is a large part of all packets.

    Each counter has its meaning. RX otherhost of an overlay device: frames with a MAC that is not the device's, so a peer has an
    old one. TX carrier of an overlay device: the node does not have the address that the tunnel sends from. TX dropped of an
    overlay device: no neighbour or forwarding entry. IpReasmFails: fragments are lost on the way, so the MTU is too large.
    IpInAddrErrors: packets to forward came to a node, or a device, that does not forward. TcpExtIPReversePathFilter: packets
    came in by another device than the answer would leave by.

    Look twice, some seconds apart, while the trouble lasts: `ip -s -s link show DEV`, `nstat`.""",
    summary=("{name}{where} is {count} of {total}: {meaning}", "{name}{where} is {count}: {meaning}"),
    why="{effect}",
    fix=("look again in some seconds, on {node}: {run}{command}   (only what still rises matters)",),
    sql="""
    WITH dev AS (
        SELECT c.rowid AS row_link_counters, c.*, d.role FROM link_counters c JOIN device d ON d.ns = c.ns AND d.name = c.name
    ),
    devices AS (
        SELECT ns, 'RX otherhost of ' || name AS name, rx_otherhost AS count, rx_packets + rx_otherhost AS total, 'warning' AS severity,
               'frames for another MAC: a peer sends to one that this device does not have' AS meaning, row_link_counters, name AS dev
        FROM dev WHERE role = 'overlay' AND rx_otherhost >= 100 AND rx_otherhost * 100 >= rx_packets
        UNION ALL
        SELECT ns, 'TX carrier errors of ' || name, tx_carrier, tx_packets + tx_carrier, 'warning',
               'the tunnel''s own address is not on this node, or has no route', row_link_counters, name
        FROM dev WHERE role = 'overlay' AND tx_carrier >= 100 AND tx_carrier * 100 >= tx_packets
        UNION ALL
        SELECT ns, 'TX dropped of ' || name, tx_dropped, tx_packets + tx_dropped, 'warning',
               'no neighbour or forwarding entry for where packets should go', row_link_counters, name
        FROM dev WHERE role = 'overlay' AND tx_dropped >= 100 AND tx_dropped * 10 >= tx_packets
        UNION ALL
        SELECT ns, 'RX errors of ' || name, rx_errors, rx_packets + rx_errors, 'warning', 'broken frames: a cable, a card, a driver', row_link_counters, name
        FROM dev WHERE role = 'uplink' AND rx_errors >= 100 AND rx_errors * 100 >= rx_packets
        UNION ALL
        SELECT ns, 'TX errors of ' || name, tx_errors, tx_packets + tx_errors, 'warning', 'the card could not send', row_link_counters, name
        FROM dev WHERE role = 'uplink' AND tx_errors >= 100 AND tx_errors * 100 >= tx_packets
        UNION ALL
        SELECT ns, 'TX dropped of ' || name, tx_dropped, tx_packets + tx_dropped, 'info', 'the other end, in the container, was down or did not read', row_link_counters, name
        FROM dev WHERE role = 'port' AND tx_dropped >= 1000 AND tx_dropped * 10 >= tx_packets
    ),
    -- Each counter with the one that it is a part of.
    known AS (
        SELECT * FROM (VALUES
            ('IpReasmFails', 'IpReasmReqds', 10, 'warning', 'fragments are lost on the way: an MTU is too large, or fragments are filtered', 'Large packets are lost.'),
            ('UdpInCsumErrors', 'UdpInDatagrams', 100, 'warning', 'packets with a wrong checksum: offloading of tunnels, mostly', 'Tunnel packets or DNS answers are lost.'),
            ('IpInAddrErrors', 'IpInReceives', 100, 'info', 'packets to forward came in where forwarding is off, or for addresses that are not this node''s', 'What was to be forwarded is lost.'),
            ('TcpExtIPReversePathFilter', 'IpInReceives', 100, 'info', 'packets came in by another device than the answer would leave by', 'Such packets are dropped.'),
            ('TcpRetransSegs', 'TcpOutSegs', 10, 'info', 'many segments had to be sent again', 'Connections are slow or hang.')
        ) AS k (name, whole, per, severity, meaning, effect)
    ),
    protocols AS (
        SELECT c.ns, c.name, c.value AS count, w.value AS total, k.severity, k.meaning, k.effect, c.rowid AS row_counter
        FROM counter c JOIN known k ON k.name = c.name JOIN counter w ON w.ns = c.ns AND w.name = k.whole
        WHERE c.value >= 1000 AND c.value * k.per >= w.value
          -- Said by a check of its own.
          AND NOT (c.name = 'UdpInCsumErrors' AND EXISTS (SELECT 1 FROM vtep v JOIN feature f ON f.ns = v.ns AND f.dev = v.dev
                   AND f.name = 'tx-checksum-ip-generic' AND f."on" AND NOT f.fixed WHERE v.ns = c.ns))
    )
    SELECT ns, name, count, total, severity, meaning, 'Packets are lost.' AS effect, row_link_counters, NULL::BIGINT AS row_counter,
           'ip -s -s link show ' || quoted(dev) AS command FROM devices
    UNION ALL
    SELECT ns, name, count, total, severity, meaning, effect, NULL, row_counter, 'nstat -az ' || name FROM protocols
    """,
    follows=(
        "vtep-mac-mismatch",
        "vtep-neigh-or-fdb-missing",
        "wrong-underlay-interface",
        "ip-forward-off",
        "per-interface-forwarding-off",
    ),
)
