"""Which process has a tun device open, in which namespace the device is, and what its command line says."""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podpath.collect.node import tuns as module
from podpath.collect.node.namespaces import find_namespaces
from podpath.collect.node.tuns import tuns
from podpath.state.address import parse_ip
from podpath.state.host import Missing
from podpath.state.tun import Tun
from tests.netlink.space import Space

_TUNSETIFF = 0x400454CA
_IFF_TAP_NO_PI = 0x1002
ROW = Tun("tap0", "some", 7)


@contextmanager
def tap(space: Space, name: str) -> Iterator[int]:
    """Yield a descriptor of a new tap device of a namespace."""

    def make() -> int:
        try:
            opened = os.open("/dev/net/tun", os.O_RDWR)
        except OSError as error:
            pytest.skip(f"this machine has no /dev/net/tun: {error}")
        fcntl.ioctl(opened, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TAP_NO_PI))
        return opened

    opened = space.inside(make)
    try:
        yield opened
    finally:
        os.close(opened)


@pytest.mark.root
def test_the_holder_of_a_device_is_found_with_both_namespaces(space: Space) -> None:
    """The device is where it was made, and the process where it is."""
    with tap(space, "tap7") as opened:
        found = find_namespaces([os.getpid()])
        assert (os.getpid(), opened) in found.tuns
        (held,) = tuns([(os.getpid(), opened)])
        assert not isinstance(held, Missing)
        inode, row = held
        assert inode == Path(f"/run/netns/{space.name}").stat().st_ino
        assert (row.dev, row.pid, row.netns) == ("tap7", os.getpid(), Path("/proc/self/ns/net").stat().st_ino)
        assert (row.gateway, row.nameserver, row.loopback) == (None, None, None)


@pytest.mark.root
def test_a_device_whose_namespace_the_kernel_does_not_tell_is_missing(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without CAP_SYS_PTRACE."""

    def refused(*_: object) -> int:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    with tap(space, "tap7") as opened:
        monkeypatch.setattr(module, "call", refused)
        (held,) = tuns([(os.getpid(), opened)])
    assert isinstance(held, Missing)
    assert held.what.endswith(f"(process {os.getpid()}) has tap7 (Operation not permitted)")
    assert held.table == "tun"


@pytest.mark.root
def test_a_descriptor_that_is_gone_says_nothing() -> None:
    """So does one of no device."""
    assert not list(tuns([(os.getpid(), 999), (0x3FFFFF, 3)]))


@pytest.mark.parametrize(
    ("words", "gateway", "nameserver", "loopback"),
    [
        ("slirp4netns -c 7 tap0", "10.0.2.2", "10.0.2.3", True),
        ("slirp4netns --disable-host-loopback -c 7 tap0", "10.0.2.2", "10.0.2.3", False),
        ("slirp4netns --cidr 192.168.9.0/24 7 tap0", "192.168.9.2", "192.168.9.3", True),
        ("slirp4netns --cidr=10.9.0.0/16 --disable-dns 7 tap0", "10.9.0.2", None, True),
        ("slirp4netns --cidr=10.9.0.0/31 7 tap0", None, None, None),
        ("slirp4netns --cidr=nonsense 7 tap0", None, None, None),
    ],
)
def test_slirp4netns_stands_for_its_host(
    words: str, gateway: str | None, nameserver: str | None, *, loopback: bool | None
) -> None:
    """At the second and third address of its network (slirp4netns(1))."""
    row = module._slirp4netns(ROW, words.split())
    told = [None if one is None else parse_ip(one) for one in (gateway, nameserver)]
    assert [row.gateway, row.nameserver, row.loopback] == [*told, loopback]


@pytest.mark.parametrize(
    ("words", "nameserver", "loopback"),
    [
        ("/usr/bin/pasta --config-net --no-map-gw --dns-forward 169.254.1.1 7", "169.254.1.1", False),
        ("pasta --config-net", None, True),
        ("pasta --dns-forward", None, True),
    ],
)
def test_pasta_lets_the_gateway_stand_for_its_host(words: str, nameserver: str | None, *, loopback: bool | None) -> None:
    """Unless an option says otherwise (pasta(1))."""
    row = module._pasta(ROW, words.split())
    assert row.program == "pasta"
    assert (row.nameserver, row.loopback) == (None if nameserver is None else parse_ip(nameserver), loopback)
