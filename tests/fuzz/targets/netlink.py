"""What a kernel sends: datagrams of netlink, through the sockets' own code, to rows."""

import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from podpath.netlink import (
    address,
    bridge_vlan,
    conntrack,
    ethtool,
    fdb,
    generic,
    inet_diag,
    link,
    link_counters,
    neighbour,
    netconf,
    netns_id,
    nexthop,
    nft_tables,
    qdisc,
    route,
    rule,
    wireguard,
    xfrm_policy,
)  # fmt: skip
from podpath.netlink.layout import NLMSG_HEADER
from podpath.netlink.route_socket import Devices, Table, dump
from podpath.netlink.sock import Netlink
from tests.fuzz.target import Target

_DONE = 3


class _Told(Netlink):
    """A socket to which a fuzzer answers, once: then nothing comes any more, as from a kernel that is silent."""

    def __init__(self, data: bytes) -> None:
        self._sequence, self._data = 0, data
        self._waiting: list[bytes] = []

    def send(self, kind: int, payload: bytes, flags: int = 0) -> int:
        """Take a request; the answer bears its number, and a dump has an end."""
        del kind, payload
        self._sequence += 1
        number = struct.pack("=I", self._sequence)
        data = self._data[:8] + number + self._data[12:] if len(self._data) >= NLMSG_HEADER.size else self._data
        end = NLMSG_HEADER.pack(20, _DONE, 0, self._sequence, 0) + bytes(4)
        self._waiting = [end, data] if flags else [data]
        return self._sequence

    def _receive(self) -> bytes:
        if not self._waiting:
            raise TimeoutError
        return self._waiting.pop()


def _devices() -> Devices:
    found = Devices()
    for index in range(1, 6):
        found[index] = f"eth{index}"
    return found


def _of(table: Table, rows: Callable[..., Iterator[object]], *more: Any) -> Callable[[Netlink], object]:  # noqa: ANN401 - any decoder's
    return lambda socket: list(rows(dump(socket, table), *more))


def _classifiers(socket: Netlink) -> object:
    found = list(qdisc.rows(dump(socket, qdisc.TABLE), _devices()))
    return list(qdisc.classifiers(socket, found, {f"eth{index}": index for index in range(1, 6)}))


_D = _devices()
generic._ids.update(ethtool=20, wireguard=21)
_DECODERS: tuple[Callable[[Netlink], object], ...] = (
    _of(link.TABLE, link.rows, _D), _of(address.TABLE, address.rows, _D), _of(bridge_vlan.TABLE, bridge_vlan.rows, _D),
    _of(neighbour.TABLE, neighbour.rows, _D), _of(fdb.TABLE, fdb.rows, _D),
    *(_of(table, route.rows, _D) for table in route.TABLES.values()),
    *(_of(table, rule.rows, _D) for table in rule.TABLES.values()),
    _of(nexthop.TABLE, nexthop.rows, _D), _of(link_counters.TABLE, link_counters.rows, _D), _of(qdisc.TABLE, qdisc.rows, _D),
    _of(xfrm_policy.TABLE, xfrm_policy.rows, _D), _of(conntrack.TABLE, conntrack.rows), _of(nft_tables.TABLE, nft_tables.rows),
    _of(conntrack.STATISTICS, conntrack.counters), _classifiers, lambda socket: list(netconf.rows(socket)),
    lambda socket: netns_id.netns_id(socket, 3), lambda socket: list(inet_diag.sockets(socket, "tcp", _D, {})),
    ethtool.names, lambda socket: list(ethtool.rows(socket, _D, ("tx-checksum", "tso", "gro"))),
    lambda socket: list(wireguard.rows(socket, "wg0", 7)),
)  # fmt: skip


def _one(data: bytes) -> None:
    """A kernel's words become rows, or an error of the system that names what is missing."""
    if not data:
        return
    try:
        _DECODERS[data[0] % len(_DECODERS)](_Told(data[1:]))
    except OSError:
        return


def _message(kind: int, body: bytes) -> bytes:
    return NLMSG_HEADER.pack(NLMSG_HEADER.size + len(body), kind, 0, 1, 0) + body


def _attributes(*numbers: int) -> bytes:
    """Return attributes, each with one inside, as long as most values of the kernel."""
    inside = b"".join(struct.pack("=HH", 8, number) + b"\1\2\3\4" for number in range(1, 12))
    return b"".join(struct.pack("=HH", 4 + len(inside), number) + inside for number in numbers)


def _seeds() -> Iterable[bytes]:
    bodies = (
        bytes(12) + _attributes(*range(1, 30)),
        bytes(16) + _attributes(1, 2, 18, 26),
        bytes(64) + _attributes(5, 21),
        bytes(4),
    )
    for at in range(len(_DECODERS)):
        for body in bodies:
            yield bytes([at]) + _message(16, body) + _message(16, body)


TARGET = Target("netlink", _one, _seeds, longest=2048)
