"""IP Virtual Server: the load balancer of the kernel, which kube-proxy uses in its mode ``ipvs``."""

from typing import NamedTuple

from podpath.state.address import Ip
from podpath.state.column import Word
from podpath.state.table import table


@table("virtual_server", key="proto address port mark real real_port", listing="ipvsadm -Ln")
class VirtualServer(NamedTuple):
    """A virtual server and one of its real servers (``ipvsadm -Ln``, ``/proc/net/ip_vs``).

    Attributes:
        proto: tcp, udp or sctp; fwm for one that is chosen by a firewall mark.
        address: its address, or None for one by mark.
        port: its port, 0 for all, or None for one by mark.
        mark: firewall mark, or None for one by address.
        scheduler: rr, wrr, lc, sh …
        persistent: seconds for which a client keeps its real server, or None if each connection chooses again.
        real: address of the real server, or None if there is none.
        real_port: its port.
        forward: masq, route, tunnel or local.
        weight: its share; 0 takes no new connections.
    """

    proto: Word
    address: Ip | None = None
    port: int | None = None
    mark: int | None = None
    scheduler: Word | None = None
    persistent: int | None = None
    real: Ip | None = None
    real_port: int | None = None
    forward: Word | None = None
    weight: int | None = None
