"""Messages between the processes of a lab."""

import os
import socket

import pytest

from podpath.lab.wire import ClosedError, Connection, close_all


def test_messages_and_files_arrive_in_order() -> None:
    """Large ones, too; the file that arrives is the one that was sent."""
    one, other = Connection.pair()
    reader, writer = os.pipe()
    one.send({"n": 1}, [writer])
    one.send({"n": 2, "text": "é" * 1000})
    message, files = other.receive()
    assert message == {"n": 1}
    os.write(files[0], b"x")
    assert os.read(reader, 1) == b"x"
    assert other.receive() == ({"n": 2, "text": "é" * 1000}, [])
    close_all([reader, writer, *files, 99999])
    one.close()
    other.close()


def test_an_end_is_seen_on_both_sides() -> None:
    """Reading and writing say so."""
    one, other = Connection.pair()
    one.close()
    with pytest.raises(ClosedError):
        other.receive()
    with pytest.raises(ClosedError):
        other.ask({})
    other.close()


@pytest.mark.parametrize("garbage", [b"\0", b"\0\0\0\5ab", b"\0\0\0\2[]", b"\0\0\0\2{]", b"\xff\xff\xff\xff"])
def test_what_is_no_message_ends_the_conversation(garbage: bytes) -> None:
    """Too short, no JSON, no mapping, too long."""
    mine, theirs = socket.socketpair()
    mine.sendall(garbage)
    mine.close()
    connection = Connection(theirs)
    with pytest.raises(ClosedError):
        connection.receive()
    connection.close()
