"""Tunnel packets arrive with a wrong checksum."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="tunnel-checksum-offload",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Tunnel packets arrive with a wrong UDP checksum",
    explain="""The kernel can leave a packet's checksum to the network card (tx-checksum-ip-generic). With some kernels before 5.7, and
    with some drivers (vmxnet3 above all), a packet that goes through NAT and then into a VXLAN tunnel leaves with a checksum that
    nobody has filled in. The receiver drops it and counts UdpInCsumErrors.

    Pods reach each other across nodes by address, but services, NodePorts and DNS of the host's own network time out.

    Counters do not tell which packets were meant: look whether UdpInCsumErrors rises while a service fails, and whether it
    stops when offloading is off on the sender.

    Look: `nstat -az UdpInCsumErrors` on the receiver, `ethtool -k flannel.1` on the sender, `dmesg | grep 'bad checksum'`.""",
    summary=(
        "{count} of {total} UDP packets that came to {node} had a wrong checksum, and checksums of {dev} are left to the card",
    ),
    why="Packets to services that end on another node are dropped on arrival.",
    fix=(
        "on every node: ethtool -K {dev} tx-checksum-ip-generic off",
        "to keep it: a udev rule or a service that runs this when {dev} appears; or a newer kernel",
    ),
    over=("vtep", "feature"),
    sql="""
    SELECT v.ns, v.dev, e.value AS count, e.value + coalesce(t.value, 0) AS total, e.rowid AS row_counter, 'UdpInCsumErrors' AS needle_counter,
           f.rowid AS row_feature
    FROM vtep v JOIN counter e ON e.ns = v.ns AND e.name = 'UdpInCsumErrors' LEFT JOIN counter t ON t.ns = v.ns AND t.name = 'UdpInDatagrams'
    JOIN feature f ON f.ns = v.ns AND f.dev = v.dev AND f.name = 'tx-checksum-ip-generic' AND f."on" AND NOT f.fixed
    WHERE e.value >= 100 AND e.value * 100 >= coalesce(t.value, 0)
    """,
)
