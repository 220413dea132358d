"""Offloads of devices: ETHTOOL_MSG_FEATURES_GET (linux/ethtool_netlink.h)."""

import fnmatch
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from podpath.netlink import generic
from podpath.netlink.layout import Attributes, Field, Message, items
from podpath.netlink.route_socket import Devices
from podpath.netlink.sock import Netlink
from podpath.netlink.values import text
from podpath.state.host import Feature

_FAMILY: Final = "ethtool"
_STRSET_GET: Final = 1
_FEATURES_GET: Final = 11
_ETH_SS_FEATURES: Final = 4
_COMPACT_BITSETS: Final = 1
_HEADER: Final = generic.nest(1, generic.attribute(3, _COMPACT_BITSETS.to_bytes(4, "little")))

_FEATURES: Final = Message("BBH", Field(1), Field(2), Field(4), Field(5))  # header, what can change, active, what cannot
_DEVICE: Final = Attributes({"index": Field(1, "I")})
_BITSET: Final = Attributes({"size": Field(2, "I"), "value": Field(4)})
_STRINGS: Final = Message("BBH", Field(2))
_SET: Final = Attributes({"strings": Field(3)})
_STRING: Final = Attributes({"index": Field(1, "I"), "value": Field(2)})

# Those that change what is on the wire or what a capture shows. The groups are ethtool(8)'s, which prints one line for all
# that a pattern matches.
_GROUPS: Final = {
    "rx-checksumming": "rx-checksum",
    "tx-checksumming": "tx-checksum-*",
    "scatter-gather": "tx-scatter-gather*",
    "tcp-segmentation-offload": "tx-tcp*-segmentation",
    "generic-segmentation-offload": "tx-generic-segmentation",
    "generic-receive-offload": "rx-gro",
    "large-receive-offload": "rx-lro",
}
_MOST_FEATURES: Final = 1024
"""Bits of features that are looked at; the kernel has 70 (linux/netdev_features.h)."""
_SINGLE: Final = (
    "tx-checksum-ip-generic", "tx-checksum-ipv4", "tx-checksum-ipv6", "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation",
    "tx-gso-partial", "rx-udp_tunnel-port-offload",
)  # fmt: skip


def names(socket: Netlink) -> tuple[str, ...]:
    """Return the kernel's names of the features, by bit.

    Raises:
        NetlinkError: the kernel has no ethtool netlink (before 5.6).
    """
    wanted = generic.nest(2, generic.nest(1, generic.attribute(1, _ETH_SS_FEATURES.to_bytes(4, "little"))))
    *_, sets = generic.ask(socket, _FAMILY, _STRSET_GET, _HEADER + wanted, _STRINGS)
    found: dict[int, str] = {}
    for _, one in items(sets):
        for _, entry in items(_SET.decode(one).get("strings")):
            values = _STRING.decode(entry)
            if (index := values.get("index", 0)) < _MOST_FEATURES:
                found[index] = text(values.get("value")) or ""
    return tuple(found.get(at, "") for at in range(max(found, default=-1) + 1))


def _bits(data: bytes | None) -> int:
    return int.from_bytes(_BITSET.decode(data).get("value") or b"", "little")


@lru_cache(maxsize=256)
def _told(sets: tuple[bytes | None, ...], kernel: tuple[str, ...]) -> Mapping[str, tuple[bool, bool]]:
    """Return (on, cannot be changed) by name, from what can be changed, what is active, and what cannot be changed."""
    changeable, active, fixed = map(_bits, sets)
    on = {name for bit, name in enumerate(kernel) if active >> bit & 1}
    stuck = {name for bit, name in enumerate(kernel) if fixed >> bit & 1 or not changeable >> bit & 1}
    told = {}
    for name, pattern in _GROUPS.items():
        known = {*fnmatch.filter(kernel, pattern)}
        # ethtool(8) says that a group cannot be changed only where it has one member.
        told[name] = bool(on & known), len(known) == 1 and known <= stuck
    return told | {name: (name in on, name in stuck) for name in _SINGLE if name in kernel}


def rows(socket: Netlink, devices: Devices, kernel: tuple[str, ...]) -> Iterator[Feature]:
    """Yield the features of each device that control checksums, segmentation and tunnels.

    Args:
        socket: generic netlink socket of the namespace.
        devices: names of its devices.
        kernel: what :func:`names` returned.

    Raises:
        NetlinkError: the kernel refuses.
    """
    for _, _, _, header, *sets in generic.dump(socket, _FAMILY, _FEATURES_GET, _HEADER, _FEATURES):
        dev = devices[_DEVICE.decode(header).get("index", 0)]
        for name, (on, stuck) in _told(tuple(sets), kernel).items():
            yield Feature(dev, name, on, stuck)
