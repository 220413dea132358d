"""Sockets: SOCK_DIAG_BY_FAMILY (sock_diag(7), linux/inet_diag.h)."""

import sys
from collections.abc import Iterator, Mapping
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.sock import Netlink, messages
from podpath.netlink.values import AF_INET, AF_INET6, FAMILY
from podpath.state.address import V4_BASE, Ip
from podpath.state.host import Socket

NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_REQUEST: Final = Struct("=BBBxI48x")  # struct inet_diag_req_v2: family, protocol, extensions, states, id
# struct inet_diag_msg: family, state, timer, retransmissions, ports, addresses, device, cookie, expiry, queues, user, inode.
_LAYOUT: Final = Message("BBBB2s2s16s16sI8xIIIII", Field(11, "B"), Field(22))  # INET_DIAG_SKV6ONLY, INET_DIAG_SOCKOPT
_TRANSPARENT: Final = 1 << (5 if sys.byteorder == "little" else 2)
"""Its bit in the first byte of struct inet_diag_sockopt: bit-fields begin at the end that the machine's byte order says."""

_PROTOCOLS: Final = {"tcp": 6, "udp": 17}
MODULES: Final = {"tcp": "tcp_diag", "udp": "udp_diag"}
"""The module that answers for each protocol; asking for one that is not loaded would load it."""

# include/net/tcp_states.h, in the words of ss(8).
_STATES: Final = ("", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN", "CLOSE-WAIT",
                  "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECV")  # fmt: skip
_LISTEN: Final = 10
_ALL: Final = 0xFFFFFFFF


def _ip(family: int, data: bytes) -> Ip:
    return Ip(V4_BASE + int.from_bytes(data[:4])) if family == AF_INET else Ip(int.from_bytes(data))


def sockets(socket: Netlink, proto: str, devices: Devices, owners: Mapping[int, str]) -> Iterator[Socket]:
    """Yield the sockets of a protocol that wait for packets: TCP's listeners, every one of UDP.

    A connection decides nothing over another packet, and the kernel would walk the table of all namespaces
    for each of them.

    Args:
        socket: sock_diag socket of the namespace.
        proto: tcp or udp.
        devices: names of the namespace's devices.
        owners: processes by inode of the socket, as ss(8) prints them.

    Raises:
        NetlinkError: the kernel refuses.
    """
    states = 1 << _LISTEN if proto == "tcp" else _ALL
    for family in (AF_INET, AF_INET6):
        table = Table(_SOCK_DIAG_BY_FAMILY, _REQUEST.pack(family, _PROTOCOLS[proto], 0, states), _LAYOUT)
        for values in messages(socket.dump(table.request, table.payload), table.layout):
            if values[0] == family:
                yield _row(proto, values, devices, owners)


def _row(proto: str, values: tuple[Any, ...], devices: Devices, owners: Mapping[int, str]) -> Socket:
    family, state, _, _, sport, dport, src, dst, dev, _, received, sent, _, inode, v6_only, options = values
    # As ss prints it: an IPv6 socket of any address that serves both families is "*", with no family's address.
    both = family == AF_INET6 and not any(src) and not v6_only
    local = None if both or (family == AF_INET and not any(src[:4])) else _ip(family, src)
    remote_port = int.from_bytes(dport) or None
    return Socket(
        proto, _STATES[state] if state < len(_STATES) else str(state), FAMILY[family], local, int.from_bytes(sport),
        _ip(family, dst) if any(dst) else None, remote_port, devices.get(dev), owners.get(inode), received, sent,
        bool(options[0] & _TRANSPARENT) if options else None,
    )  # fmt: skip
