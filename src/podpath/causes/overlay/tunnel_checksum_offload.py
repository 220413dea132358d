"""Tunnel packets arrive with a wrong checksum."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="tunnel-checksum-offload",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Tunnel packets arrive with a wrong UDP checksum",
    explain="""The kernel can leave a packet's checksum to the network card (tx-checksum-ip-generic). With some kernels before 5.7, and
with some drivers (especially vmxnet3), a packet that goes through NAT and then into a VXLAN tunnel leaves without
a valid checksum. The receiver drops it and counts UdpInCsumErrors.

Pods reach each other across nodes by address, but services, NodePorts and DNS of the host's own network time out.

The counter does not show which packets were affected: check whether UdpInCsumErrors rises while a service fails, and
stops rising when offloading is off on the sender.

Check: `nstat -az UdpInCsumErrors` on the receiver, `ethtool -k flannel.1` on the sender, `dmesg | grep 'bad checksum'`.""",
    summary=(
        "{count} of {total} UDP packets that {node} received had a wrong checksum, and {dev} offloads checksums to the card",
    ),
    why="Packets to services that end on another node are dropped on arrival.",
    fix=(
        line("ethtool -K {dev} tx-checksum-ip-generic off", words="on every node", elsewhere=True),
        "to keep it: a udev rule or a service that runs this when {dev} appears; or a newer kernel",
    ),
)
