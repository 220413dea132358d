"""Sockets."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from podpath.netlink.inet_diag import NETLINK_SOCK_DIAG, sockets
from podpath.readers import ss
from podpath.state.host import Socket
from tests.netlink.space import Space

pytestmark = pytest.mark.root
_IP_TRANSPARENT = 19


@contextmanager
def listening(space: Space) -> Iterator[None]:
    """Have sockets of all sorts in a namespace."""

    def make() -> list[socket.socket]:
        both = socket.create_server(("::", 8001), family=socket.AF_INET6, dualstack_ipv6=True)
        only = socket.create_server(("::", 8002), family=socket.AF_INET6)
        made = [both, only, socket.create_server(("127.0.0.1", 8003), backlog=7), socket.create_server(("", 8004))]
        connected = socket.create_connection(("127.0.0.1", 8003))
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(("127.0.0.1", 9001))
        aimed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        aimed.connect(("127.0.0.1", 9001))
        tied = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tied.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
        tied.bind(("", 9002))
        for_others = socket.socket()
        for_others.setsockopt(socket.SOL_IP, _IP_TRANSPARENT, 1)
        for_others.bind(("", 8005))
        for_others.listen()
        return [*made, connected, datagram, aimed, tied, for_others]

    with ExitStack() as stack:
        for made in space.inside(make):
            stack.enter_context(made)
        yield


def test_sockets_are_what_ss_prints(space: Space) -> None:
    """Listeners with their backlog, on one address or all, of one family or both, transparent or not; every UDP socket."""
    with listening(space):
        space.links()
        with space.socket(NETLINK_SOCK_DIAG) as diag:
            found = {proto: list(sockets(diag, proto, space.devices, {})) for proto in ("tcp", "udp")}
        for proto, command in (("tcp", "ss -tlnH --inet-sockopt"), ("udp", "ss -uanH --inet-sockopt")):
            lines = [re.sub(r"users:.*", "", line) for line in space.do(command).splitlines()]
            assert ss.READER.read is not None
            read = [row for _, row in ss.READER.read(command.split(), lines) if isinstance(row, Socket)]
            assert sorted(map(repr, found[proto])) == sorted(map(repr, read))
    assert len(found["tcp"]) == 5
    assert len(found["udp"]) == 3
