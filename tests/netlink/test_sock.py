"""The netlink socket."""

import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

from podpath.netlink import address, link
from podpath.netlink.layout import NLMSG_HEADER
from podpath.netlink.route_socket import NETLINK_ROUTE, dump
from podpath.netlink.sock import InterruptedDumpError, Netlink, NetlinkError, messages
from tests.netlink.space import Space

RTM_NEWLINK, RTM_DELLINK, DONE, INTERRUPTED = 16, 17, 3, 0x10


def part(kind: int, flags: int = 0, body: bytes = b"\0\0\0\0") -> bytes:
    """Return one message of the kernel's in answer to the first request."""
    return NLMSG_HEADER.pack(NLMSG_HEADER.size + len(body), kind, flags, 1, 0) + body


@contextmanager
def answering(*parts: bytes) -> Iterator[Netlink]:
    """Return a socket that answers with these parts, whatever is asked."""
    with (
        Netlink(NETLINK_ROUTE) as socket,
        mock.patch.object(socket, "_receive", side_effect=parts),
        mock.patch.object(socket, "send", return_value=1),
    ):
        yield socket


def test_a_dump_that_was_interrupted_is_taken_again() -> None:
    """Half of one moment and half of another is nobody's truth."""
    torn = part(16, INTERRUPTED) + part(DONE, INTERRUPTED)
    whole = part(16) + part(DONE)
    with answering(torn, whole) as socket:
        assert socket.dump(18, b"") == [whole]


def test_a_dump_that_is_always_interrupted_is_refused() -> None:
    """It is missing then, not half there."""
    with answering(*[part(16, INTERRUPTED) + part(DONE)] * 20) as socket, pytest.raises(InterruptedDumpError):
        socket.dump(18, b"")


@pytest.mark.parametrize(
    "parts",
    [
        (b"",),
        (part(RTM_NEWLINK)[:9],),
        (part(RTM_NEWLINK, body=bytes(20))[:-6], part(DONE)),
        (part(RTM_NEWLINK), part(DONE)),
        (part(DONE, body=struct.pack("=i", -(1 << 31))),),
    ],
)
def test_a_damaged_message_is_an_error_of_the_system(parts: tuple[bytes, ...]) -> None:
    """What it was to say is missing, then, and that is said; no other table suffers."""
    with answering(*parts) as socket, pytest.raises(OSError, match="cut off or damaged"):
        list(dump(socket, link.TABLE))


def test_the_end_of_a_dump_may_be_an_error() -> None:
    """The kernel says so in the message that ends it."""
    with answering(part(16) + part(DONE, 0, struct.pack("=i", -errno.EBUSY))) as socket, pytest.raises(NetlinkError) as caught:
        socket.dump(18, b"")
    assert caught.value.errno == errno.EBUSY


@pytest.mark.root
def test_the_kernels_own_words_are_told(space: Space) -> None:
    """Where it has any."""
    with space.socket() as socket, pytest.raises(NetlinkError) as caught:
        socket.ask(RTM_DELLINK, struct.pack("=BxHiII", 0, 0, 4711, 0, 0), 4)
    assert caught.value.errno == errno.ENODEV
    with space.socket() as socket, pytest.raises(NetlinkError, match=r"link mode|[Uu]nknown device type|[Oo]perat|[Ii]nvalid"):
        socket.ask(
            RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0) + struct.pack("=HH12s", 16, 0x8012, b"\x0b\0\x01\0nonsense"), 0x605
        )


@pytest.mark.root
def test_a_table_of_many_parts_comes_whole(space: Space) -> None:
    """A thousand addresses do not fit into one part."""
    space.do("ip link add v0 type veth peer name v1")
    lines = "".join(f"address add 10.{n // 250}.{n % 250}.1/32 dev v0\n" for n in range(1000))
    space.batch(lines)
    assert len(space.table(address.rows, address.TABLE)) == 1002  # ::1 and 127.0.0.1
    with space.socket() as socket:
        received = socket.dump(link.TABLE.request, link.TABLE.payload)
        assert len(list(messages(received, link.TABLE.layout))) == 3
        assert received == []


@pytest.mark.root
def test_a_dump_after_another_begins_anew(space: Space) -> None:
    """On one socket, and in any order."""
    with space.socket() as socket:
        first = [values[0] for values in dump(socket, link.TABLE)]
        assert [values[0] for values in dump(socket, link.TABLE)] == first
