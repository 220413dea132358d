"""A counter of errors or drops is far above noise."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH dev AS (
        SELECT c.rowid AS row_link_counters, c.*, d.role FROM link_counters c JOIN device d ON d.ns = c.ns AND d.name = c.name
    ),
    devices AS (
        SELECT ns, 'otherhost' AS counter, rx_otherhost AS count, rx_packets + rx_otherhost AS total, 'warning' AS severity,
               row_link_counters, name AS dev FROM dev WHERE role = 'overlay' AND rx_otherhost >= 100 AND rx_otherhost * 100 >= rx_packets
        UNION ALL
        SELECT ns, 'carrier', tx_carrier, tx_packets + tx_carrier, 'warning', row_link_counters, name
        FROM dev WHERE role = 'overlay' AND tx_carrier >= 100 AND tx_carrier * 100 >= tx_packets
        UNION ALL
        SELECT ns, 'dropped', tx_dropped, tx_packets + tx_dropped, 'warning', row_link_counters, name
        FROM dev WHERE role = 'overlay' AND tx_dropped >= 100 AND tx_dropped * 10 >= tx_packets
        UNION ALL
        SELECT ns, 'rx', rx_errors, rx_packets + rx_errors, 'warning', row_link_counters, name
        FROM dev WHERE role = 'uplink' AND rx_errors >= 100 AND rx_errors * 100 >= rx_packets
        UNION ALL
        SELECT ns, 'tx', tx_errors, tx_packets + tx_errors, 'warning', row_link_counters, name
        FROM dev WHERE role = 'uplink' AND tx_errors >= 100 AND tx_errors * 100 >= tx_packets
        UNION ALL
        SELECT ns, 'port', tx_dropped, tx_packets + tx_dropped, 'info', row_link_counters, name
        FROM dev WHERE role = 'port' AND tx_dropped >= 1000 AND tx_dropped * 10 >= tx_packets
    ),
    -- Each counter with the one that it is a part of.
    known AS (
        SELECT * FROM (VALUES
            ('IpReasmFails', 'IpReasmReqds', 10, 'warning'), ('UdpInCsumErrors', 'UdpInDatagrams', 100, 'warning'),
            ('IpInAddrErrors', 'IpInReceives', 100, 'info'), ('TcpExtIPReversePathFilter', 'IpInReceives', 100, 'info'),
            ('TcpRetransSegs', 'TcpOutSegs', 10, 'info')
        ) AS k (name, whole, per, severity)
    ),
    protocols AS (
        SELECT c.ns, c.name, c.value AS count, w.value AS total, k.severity, c.rowid AS row_counter
        FROM counter c JOIN known k ON k.name = c.name JOIN counter w ON w.ns = c.ns AND w.name = k.whole
        WHERE c.value >= 1000 AND c.value * k.per >= w.value
          -- Said by a check of its own.
          AND NOT (c.name = 'UdpInCsumErrors' AND EXISTS (SELECT 1 FROM vtep v JOIN feature f ON f.ns = v.ns AND f.dev = v.dev
                   AND f.name = 'tx-checksum-ip-generic' AND f."on" AND NOT f.fixed WHERE v.ns = c.ns))
    )
    SELECT ns, counter, count, total, severity, counter AS meaning, 'device' AS effect, row_link_counters, NULL::BIGINT AS row_counter,
           dev, NULL AS protocol FROM devices
    UNION ALL
    SELECT ns, 'protocol', count, total, severity, name, name, NULL, row_counter, NULL, name FROM protocols
    """,
)
