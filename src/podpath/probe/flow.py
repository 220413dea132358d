"""Which packets are a probe's own: told by what the probe wrote into them, so that NAT, clones and tunnels hide none."""

from typing import Final, NamedTuple

MARK_BYTES: Final = 6
"""Length of the mark at the beginning of an echo request's data, and of a datagram's; the packet's number follows in two."""
NUMBERS: Final = 256
"""Sequence numbers that belong to one connection of a probe."""
VXLAN_PORTS: Final = (4789, 8472)
"""UDP port of VXLAN by IANA, and the one that Linux has by default."""
GENEVE_PORT: Final = 6081


class Flow(NamedTuple):
    """A probe's packets in both directions, whatever addresses they have.

    Attributes:
        proto: icmp, tcp or udp.
        mark: 6 bytes at the beginning of the data (icmp, udp), before the packet's number; an answer may repeat them.
        sequence: initial sequence number of the first connection (tcp), each further one's being larger by 256: segments count
            from it, and those of the other side acknowledge it.
        ports: ports to which the other side sends (udp), as far as they are known.
        served: ports at which the other side listens (udp), before and after NAT.
        vxlan_ports: UDP ports that carry VXLAN here.
    """

    proto: str
    mark: bytes = b""
    sequence: int = 0
    ports: tuple[int, ...] = ()
    served: tuple[int, ...] = ()
    vxlan_ports: tuple[int, ...] = VXLAN_PORTS

    def data(self, number: int) -> bytes:
        """Return what the data of a packet begins with."""
        return self.mark + number.to_bytes(2, "big")

    def first(self, number: int) -> int:
        """Return the initial sequence number of a connection."""
        return self.sequence + number * NUMBERS & 0xFFFFFFFF

    def number(self, family: int) -> int:
        """Return the number of the protocol in IPv4 or IPv6."""
        if self.proto == "icmp":
            return 1 if family == 4 else 58  # noqa: PLR2004 - IPv4
        return 6 if self.proto == "tcp" else 17
