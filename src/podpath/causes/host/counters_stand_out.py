"""A counter of errors or drops is far above noise."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="counters-stand-out",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="A counter of errors or drops stands out",
    explain="""Counters start when the device is created or the machine boots, so one reading does not show when the errors happened.
A few drops are normal everywhere: a tunnel sends before its first neighbour is known, a card receives protocols that no
program uses. podpath reports a counter here only if it is a large part of all packets.

What each counter means. RX otherhost of an overlay device: frames with a MAC that is not the device's, so a peer has an
old one. TX carrier of an overlay device: the node does not have the address that the tunnel sends from. TX dropped of an
overlay device: no neighbour or forwarding entry. IpReasmFails: fragments are lost on the path, so the MTU is too large.
IpInAddrErrors: packets to forward arrived on a node or a device that does not forward. TcpExtIPReversePathFilter: packets
arrived on another device than the reply would leave through.

Check twice, some seconds apart, while the problem lasts: `ip -s -s link show DEV`, `nstat`.""",
    summary=("{counter}{where} is {count} of {total}: {meaning}", "{counter}{where} is {count}: {meaning}"),
    why="{effect}",
    fix=(
        line("ip -s -s link show {dev}", words="look again after a few seconds:", note="only what still rises matters"),
        line("nstat -az {protocol}", words="look again after a few seconds:", note="only what still rises matters"),
    ),
    symptom_of=(
        "vtep-mac-mismatch",
        "vtep-neigh-or-fdb-missing",
        "wrong-underlay-interface",
        "ip-forward-off",
        "per-interface-forwarding-off",
    ),
    phrases={
        "counter": {
            "otherhost": "RX otherhost of {dev}",
            "carrier": "TX carrier errors of {dev}",
            "dropped": "TX dropped of {dev}",
            "rx": "RX errors of {dev}",
            "tx": "TX errors of {dev}",
            "port": "TX dropped of {dev}",
            "protocol": "{protocol}",
        },
        "meaning": {
            "otherhost": "frames for another MAC: a peer sends to a MAC that this device does not have",
            "carrier": "the tunnel's own address is not on this node, or has no route",
            "dropped": "no neighbour or forwarding entry for the destination",
            "rx": "corrupt frames: a cable, a card, a driver",
            "tx": "the card could not send",
            "port": "the other end, in the container, was down or did not read",
            "IpReasmFails": "fragments are lost on the path: an MTU is too large, or fragments are filtered",
            "UdpInCsumErrors": "packets with a wrong checksum: usually tunnel offloading",
            "IpInAddrErrors": "packets to forward arrived where forwarding is off, or for addresses that this node does not have",
            "TcpExtIPReversePathFilter": "packets arrived on another device than the reply would leave through",
            "TcpRetransSegs": "many segments were retransmitted",
        },
        "effect": {
            "device": "Packets are lost.",
            "IpReasmFails": "Large packets are lost.",
            "UdpInCsumErrors": "Tunnel packets or DNS answers are lost.",
            "IpInAddrErrors": "Packets to forward are lost.",
            "TcpExtIPReversePathFilter": "Such packets are dropped.",
            "TcpRetransSegs": "Connections are slow or hang.",
        },
    },
    no_lab="a sign of other faults, which move the counters",
)
