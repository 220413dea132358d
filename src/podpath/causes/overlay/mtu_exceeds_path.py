"""A device takes larger packets than what lies behind it."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Severity, Words

CAUSE: Final = Cause(
    name="mtu-exceeds-path",
    severity=Severity.WARNING,
    title="A device accepts larger packets than the path behind it",
    explain="""A tunnel adds headers to each packet: VXLAN 50 bytes (70 over IPv6), IPIP 20, WireGuard 60 or 80. The MTU of the
tunnel device must be smaller than the MTU of the network card by the size of these headers, and containers must not send larger
packets than the tunnel accepts. Otherwise large packets are fragmented, or the kernel must send their sender an ICMP error (VXLAN
and GENEVE: since Linux 5.9). Many networks drop fragments, and many firewalls drop ICMP. Then large packets are lost. A tunnel
that forbids fragmentation (`df set`, or an IPv6 outer header) sends the error to its own host and the ports of its bridge, but
not to pods whose IPv4 packets are routed into it: their large packets are always lost.

Ping and connecting then still work, because their packets are small. Larger transfers hang: a TLS handshake,
a large response, `docker pull`.

It happens when a node moves to a cloud network with an MTU of 1450 or 1460 and Docker keeps 1500, when the card's MTU is
lowered after the tunnel was created, or when nodes differ.

Check: `ip -d link show` for the MTUs on the path, and `ping -M do -s 1422 PODIP` with changing sizes.""",
    summary=(
        "{dev}{where} accepts packets of {mtu} bytes, but with {overhead} bytes of tunnel headers they exceed the MTU of {other} ({limit})",
        "{dev}{where} accepts packets of {mtu} bytes, but {other}, through which they leave, only {limit}",
        "{dev} has an MTU of {mtu}, but on most other nodes it is {usual}",
    ),
    why="{effect}",
    fix=(
        line("ip link set {dev} mtu {fitting}", note="and set it in the CNI's configuration, then recreate the pods"),
        'set an MTU of {bound} for it (Docker: "mtu" in daemon.json and for each network; CNI: its "mtu"), then recreate the containers',
        "give {odd} the same MTU on every node, small enough for all of them",
        line("{tool} -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu", words="stop-gap,"),
    ),
    phrases={
        "effect": {
            "stalls": "Small packets pass; large ones are fragmented, or lost if fragments or ICMP are dropped: connections open and then stall.",
            "told": "The node itself sends its pods an ICMP error for a packet that is too big: the first large packet is lost, and the connection continues.",
        },
    },
)


def not_cut(dev: str, node: str, mtu: int, length: int) -> Words:
    """Return the words for a packet of the sender's own that may not be cut (ip_finish_output)."""
    return CAUSE.words(
        tr(
            "a packet of {length} bytes exceeds the MTU of {dev} on {node} ({mtu}), and must not be fragmented",
            length=length,
            dev=dev,
            node=node,
            mtu=mtu,
        ),
        tr("The sender must send smaller packets."),
        tr("send at most {mtu} bytes, or raise the MTU of {dev} if the network behind it accepts more", mtu=mtu, dev=dev),
    )


def told(dev: str, node: str, mtu: int, length: int) -> Words:
    """Return the words for a forwarded packet that may not be cut (ip_exceeds_mtu, ip6_pkt_too_big)."""
    return CAUSE.words(
        tr(
            "a packet of {length} bytes exceeds the MTU of {dev} on {node} ({mtu}), and must not be fragmented",
            length=length,
            dev=dev,
            node=node,
            mtu=mtu,
        ),
        tr("An ICMP error asks the sender to send smaller packets."),
        tr("set the MTU of the sender's device to at most {mtu}, or find out why ICMP does not reach the sender", mtu=mtu),
    )


def over_port(port: str, bridge: str, node: str, mtu: int, length: int) -> Words:
    """Return the words for a frame that does not fit a bridge's port (is_skb_forwardable)."""
    return CAUSE.words(
        tr(
            "port {port} of {bridge} on {node} accepts {mtu} bytes, not {length}",
            port=port,
            bridge=bridge,
            node=node,
            mtu=mtu,
            length=length,
        ),
        tr("A bridge drops larger frames, and sends no error."),
        tr("give all ports of {bridge}, and the devices behind them, the same MTU", bridge=bridge),
    )


FIRST_LOST: Final = (
    "Only the first packets are lost: the tunnel learns the size, and sends the sender an ICMP error (since Linux 5.9)."
)
ALL_LOST: Final = (
    "The tunnel learns the size, but sends no error for packets that its host forwards: every packet of this size is lost."
)
UNHEARD: Final = (
    "The ICMP error does not get back to the tunnel: every packet of this size is lost, and the sender gets no error."
)
"""Return what the inner sender learns about an outer packet that is too large (skb_tunnel_check_pmtu, tnl_update_pmtu)."""


def over_cable(dev: str, mtu: int, length: int) -> Words:
    """Return the words for a frame that the other end of a cable does not take (is_skb_forwardable)."""
    return CAUSE.words(
        tr("{dev} accepts {mtu} bytes (its MTU), but gets {length}", dev=dev, mtu=mtu, length=length),
        tr("The device drops the frame, and the sender gets no error."),
        tr("give both ends of {dev} the same MTU", dev=dev),
    )
