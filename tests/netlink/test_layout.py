"""What messages are made of."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.netlink.generic import attribute, nest
from podpath.netlink.layout import NLMSG_HEADER, Attributes, Field, Message, items, nested, walk

LAYOUT = Message("BxH", Field(1), Field(2, "I"), Field(7, "B"))
VALUES = st.lists(st.tuples(st.sampled_from([1, 2, 3, 7, 9]), st.binary(max_size=24)), max_size=8, unique_by=lambda item: item[0])


def message(first: int, second: int, attributes: bytes) -> bytes:
    """Return a whole message."""
    body = struct.pack("=BxH", first, second) + attributes
    return NLMSG_HEADER.pack(NLMSG_HEADER.size + len(body), 99, 0, 1, 0) + body


def decode(layout: Message, data: bytes) -> tuple[object, ...]:
    """Decode a message that stands alone."""
    return layout.decode(data, 0, len(data))


@given(st.integers(0, 255), st.integers(0, 65535), VALUES)
def test_a_shape_that_was_seen_reads_as_a_new_one_does(first: int, second: int, values: list[tuple[int, bytes]]) -> None:
    """The fast way and the slow one agree, for attributes of any length in any order."""
    data = message(first, second, b"".join(attribute(number, value) for number, value in values))
    fresh = Message("BxH", Field(1), Field(2, "I"), Field(7, "B"))
    slow, fast = decode(fresh, data), decode(fresh, data)
    there = dict(values)
    number = there.get(2, b"")
    expected = (
        first, second, there.get(1), struct.unpack_from("=I", number)[0] if len(number) >= 4 else None,
        there[7][0] if there.get(7) else None,
    )  # fmt: skip
    assert slow == fast == expected


@given(st.binary(max_size=80))
def test_garbage_raises_nothing(data: bytes) -> None:
    """Attributes that are cut off, or say that they are longer than they are, end the message."""
    assert all(first <= last <= len(data) for _, first, last in walk(data))
    assert isinstance(nested(data), dict)
    assert list(items(data)) is not None
    padded = data + bytes(20)
    assert len(decode(LAYOUT, NLMSG_HEADER.pack(len(padded) + 16, 99, 0, 0, 0) + padded)) == 5


def test_a_shape_of_the_same_length_is_another_one() -> None:
    """The attributes' numbers tell them apart."""
    one = message(1, 2, attribute(1, b"abcd") + attribute(2, b"\x05\0\0\0"))
    other = message(1, 2, attribute(3, b"abcd") + attribute(2, b"\x06\0\0\0"))
    fresh = Message("BxH", Field(1), Field(2, "I"))
    assert [decode(fresh, data) for data in (one, other, one)] == [(1, 2, b"abcd", 5), (1, 2, None, 6), (1, 2, b"abcd", 5)]


def test_nested_attributes_are_named() -> None:
    """With the flag of nesting, and what is too short left out."""
    layout = Attributes({"id": Field(1, "I"), "data": Field(2)})
    assert layout.decode(attribute(1, b"\x07\0\0\0") + nest(2, b"xyz")) == {"id": 7, "data": b"xyz"}
    assert layout.decode(attribute(1, b"\x07")) == {}
    assert layout.decode(None) == {}


@pytest.mark.parametrize("count", [1, 200])
def test_many_shapes_are_all_read(count: int) -> None:
    """More than are remembered."""
    fresh = Message("BxH", Field(1))
    for length in range(count):
        assert decode(fresh, message(1, 2, attribute(1, bytes(length)))) == (1, 2, bytes(length))
