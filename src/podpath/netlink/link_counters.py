"""Packet counters of devices: RTM_GETSTATS with IFLA_STATS_LINK_64 (linux/if_link.h, struct rtnl_link_stats64)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.route_socket import Devices, Table
from podpath.state.link import LinkCounters

_RTM_GETSTATS: Final = 94
_FILTER_LINK_64: Final = 1

# struct if_stats_msg: family, index, mask of what is wanted.
TABLE: Final = Table(_RTM_GETSTATS, Struct("=B3xII").pack(0, 0, _FILTER_LINK_64), Message("BxxxII", Field(1)))

# rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast collisions rx_length
# rx_over rx_crc rx_frame rx_fifo rx_missed tx_aborted tx_carrier tx_fifo tx_heartbeat tx_window rx_compressed
# tx_compressed rx_nohandler [rx_otherhost]
_STATS: Final = Struct("=24Q")
_OTHERHOST: Final = Struct("=Q")


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[LinkCounters]:
    """Yield the counters of each device."""
    for _, index, _, data in messages:
        if data is None or len(data) < _STATS.size:
            continue
        s = _STATS.unpack_from(data)
        longer = len(data) >= _STATS.size + _OTHERHOST.size
        otherhost = _OTHERHOST.unpack_from(data, _STATS.size)[0] if longer else None
        yield LinkCounters(
            devices[index], s[0], s[2], s[4], s[6], s[15], otherhost, s[1], s[3], s[5], s[7], s[17], s[9]
        )  # fmt: skip
