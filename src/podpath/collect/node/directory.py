"""Names for namespaces by inode and for devices by number, asked for while they may still appear and vanish."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple

from podpath.collect.node.names import Names
from podpath.collect.node.namespaces import Namespace, find_namespaces, host_inode
from podpath.collect.node.parts import Place
from podpath.netlink import link
from podpath.netlink.namespace import Visitor
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, dump
from podpath.netlink.sock import Netlink
from podpath.state.link import Link

_PATIENCE: Final = 0.5
"""Seconds between two looks for a namespace or a device that is not known."""


class Directory:
    """Names of this node's namespaces and devices; what is unknown is looked for again, at most twice a second.

    Args:
        runtimes: containers and pods, as the runtimes describe them.

    Raises:
        OSError: there is no ``/proc``.
    """

    def __init__(self, runtimes: Iterable[NamedTuple] = ()) -> None:
        self._runtimes = tuple(runtimes)
        self._places: dict[int, Place] = {}
        self._devices: dict[int, dict[int, str]] = {}
        self._looked: dict[int, float] = {}
        self._spaces: dict[int, Namespace] = {}
        self._look()

    def _look(self) -> None:
        found = find_namespaces()
        names = Names(found, self._runtimes, host_inode(found))
        # What was known stays known: a packet may be told of after its namespace has gone.
        self._places |= {inode: names.place(space) for inode, space in found.namespaces.items()}
        self._spaces |= found.namespaces

    def places(self) -> list[Place]:
        """Return all namespaces that are known."""
        return list(self._places.values())

    def place(self, inode: int) -> Place | None:
        """Return the namespace of an inode, or None if nothing on this node leads to it."""
        if inode not in self._places and self._may_look(0):
            self._look()
        return self._places.get(inode)

    def open(self, inode: int) -> int | None:
        """Return a descriptor of a namespace, or None if it is gone.

        Raises:
            PermissionError: what leads to it is forbidden.
        """
        return self._spaces[inode].open() if self.place(inode) is not None else None

    def device(self, inode: int, number: int) -> str:
        """Return a device's name; ``if7`` where it is not known, empty for number 0."""
        if not number:
            return ""
        known = self._devices.setdefault(inode, {})
        if number not in known and self.place(inode) is not None and self._may_look(inode):
            known |= self._links(inode)
        return known.get(number, f"if{number}")

    def devices(self) -> set[str]:
        """Return the names of all devices of all namespaces."""
        return {name for inode in self._spaces for name in (self._devices.setdefault(inode, {}) or self._learn(inode)).values()}

    def _learn(self, inode: int) -> dict[int, str]:
        self._devices[inode] = self._links(inode)
        return self._devices[inode]

    def _may_look(self, inode: int) -> bool:
        now = time.monotonic()
        if now - self._looked.get(inode, -_PATIENCE) < _PATIENCE:
            return False
        self._looked[inode] = now
        return True

    def _links(self, inode: int) -> dict[int, str]:
        def names() -> dict[int, str]:
            with Netlink(NETLINK_ROUTE) as netlink:
                rows = link.rows(dump(netlink, link.TABLE), Devices())
                return {row.ifindex: row.name for row in rows if isinstance(row, Link) and row.ifindex is not None}

        with suppress(OSError):
            descriptor = self._spaces[inode].open()
            if descriptor is not None:
                try:
                    with Visitor() as visitor:
                        return visitor.inside(descriptor, names)
                finally:
                    os.close(descriptor)
        return {}
