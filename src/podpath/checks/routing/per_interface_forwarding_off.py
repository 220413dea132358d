"""Forwarding is on for the node, but off for a device that packets to forward come in by."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="per-interface-forwarding-off",
    severity=Severity.ERROR,
    title="Forwarding is off for a single device",
    explain="""net.ipv4.ip_forward switches forwarding for all devices when it is written, and afterwards each device has its own switch,
net.ipv4.conf.DEVICE.forwarding. What counts is the one of the device that the packet came in by: with 0 there, packets
from this device are dropped and counted in IpInAddrErrors, though ip_forward is 1.

It happens when systemd-networkd configures a device without IPForward=yes, or when a hardening script sets `default` to 0
before the CNI makes its devices.

Look: `sysctl -ar 'ipv4.conf.*.forwarding'`, `nstat -az IpInAddrErrors`.""",
    summary=("net.ipv4.conf.{dev}.forwarding is 0{where}, though net.ipv4.ip_forward is 1",),
    why="What comes in by {dev} and is not for the host itself is dropped: {hit}.",
    fix=(
        "on {node}: {run}sysctl -w net.ipv4.conf.{setting}.forwarding=1",
        "to keep it: IPForward=yes (IPv4Forwarding=yes) for the device in systemd-networkd",
    ),
    sql="""
    WITH through AS (
        SELECT ns, dev, 'everything its containers send to other networks' AS hit FROM bridge_net WHERE alive AND family = 4
              AND NOT EXISTS (SELECT 1 FROM internal i WHERE i.ns = bridge_net.ns AND i.dev = bridge_net.dev)
        UNION SELECT v.ns, v.dev, 'everything that other nodes'' pods send' FROM vtep v WHERE v.present
        UNION SELECT d.ns, d.name, 'everything its pod sends' FROM device d JOIN route r ON r.ns = d.ns AND r.dev = d.name
              WHERE d.role = 'port' AND d.master IS NULL AND r.via IS NULL AND r.family = 4 AND r.dst_len = 32
        UNION SELECT r.ns, r.dev, 'answers from outside to its containers' FROM route r JOIN router USING (ns)
              JOIN device d ON d.ns = r.ns AND d.name = r.dev AND d.role IN ('uplink', 'bridge')
              WHERE r.family = 4 AND r.dst_len = 0 AND r.via IS NOT NULL AND r."table" = 'main'
    )
    SELECT t.ns, t.dev, t.hit, replace(t.dev, '.', '/') AS setting, s.rowid AS row_sysctl, f.rowid AS row_sysctl_2, c.rowid AS row_counter
    FROM through t
    JOIN sysctl s ON s.ns = t.ns AND s.name = 'net.ipv4.conf.' || replace(t.dev, '.', '/') || '.forwarding' AND s.value = '0'
    JOIN sysctl f ON f.ns = t.ns AND f.name IN ('net.ipv4.ip_forward') AND f.value = '1'
    LEFT JOIN counter c ON c.ns = t.ns AND c.name = 'IpInAddrErrors' AND c.value > 0
    """,
    needs=(Need("sysctl", "sysctl -a", "net.ipv4.conf.*.forwarding"),),
    applies="SELECT ns FROM router",
)
