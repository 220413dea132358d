"""Packets as the kernel holds them, and those that it drops."""

from typing import NamedTuple


class Layer(NamedTuple):
    """One network header of a packet.

    Attributes:
        src: source address, as text; of ARP the sender's.
        dst: destination address; of ARP the one that is asked for.
        proto: tcp, udp, icmp, icmpv6, arp …, or the protocol's number.
        sport: source port, where the protocol has one.
        dport: destination port.
        carrier: what carries the next layer (``VXLAN 1``, ``Geneve 1``, ``IP in IP``, ``GRE``, ``ICMP error``); empty if there
            is none.
    """

    src: str
    dst: str
    proto: str
    sport: int | None = None
    dport: int | None = None
    carrier: str = ""


class Drop(NamedTuple):
    """Packets that the kernel dropped for one reason in one place, of one flow whatever its source port.

    Attributes:
        reason: the kernel's name of it: ``OTHERHOST``; empty on a kernel without reasons (before Linux 5.17).
        function: function of the kernel that dropped it; empty if the kernel hides its symbols.
        netns: namespace, as ``kind:name``; empty for the host's own; ``?`` where it is not known.
        interface: device; empty where the packet had none yet.
        layers: the packet's headers from the outside in; empty where podpath knows none.
        ethertype: protocol of the frame.
        packets: number of packets.
        seconds: the time in which they were counted.
    """

    reason: str
    function: str
    netns: str
    interface: str
    layers: tuple[Layer, ...]
    ethertype: int
    packets: int
    seconds: float

    @property
    def rate(self) -> float:
        """Packets per second."""
        return self.packets / self.seconds if self.seconds else 0.0


class Meaning(NamedTuple):
    """What a drop reason means.

    Attributes:
        title: in one line.
        causes: names of causes with which a packet may be dropped so.
        unshown: no table of a snapshot shows when it happens: the packet is damaged, or a queue is full.
    """

    title: str
    causes: tuple[str, ...] = ()
    unshown: bool = False


class Drops(NamedTuple):
    """What a node dropped while podpath watched.

    Attributes:
        node: the node.
        seconds: how long podpath watched.
        drops: kinds of drops, the most frequent first.
        lost: number of drops that podpath could not record.
        meanings: of reasons that have a page.
    """

    node: str
    seconds: float
    drops: tuple[Drop, ...]
    lost: int
    meanings: dict[str, Meaning]
