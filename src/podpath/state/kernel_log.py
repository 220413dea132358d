"""What the kernel has logged of packets that it lost, and of addresses that somebody else has."""

from typing import NamedTuple

from podpath.state.address import Ip, Mac
from podpath.state.column import Interface, KernelEvent, NodeName
from podpath.state.table import table


@table("kernel_message", incomparable="it was logged once", listing="dmesg")
class KernelMessage(NamedTuple):
    """A message of the kernel's log that says why packets are lost (``dmesg``, ``journalctl -k``).

    The log is one for all network namespaces of a machine, and does not say in which one a device is.

    Attributes:
        event: what happened, as one word, such as ``martian-source``.
        times: how many lines say so; the kernel leaves out most where there are many (net_ratelimit).
        family: 4 or 6, where the message tells.
        dev: the device that it names.
        member: port of the bridge ``dev`` that a frame arrived on.
        src: the packet's source, or the address that somebody else has.
        dst: the packet's destination, or the address that a program listens on.
        mac: a frame's source, or whoever has the address, too.
        port: the port that a program listens on.
        host: the machine's name, where the line begins with it (syslog).
    """

    event: KernelEvent
    times: int = 1
    family: int | None = None
    dev: Interface | None = None
    member: Interface | None = None
    src: Ip | None = None
    dst: Ip | None = None
    mac: Mac | None = None
    port: int | None = None
    host: NodeName | None = None
