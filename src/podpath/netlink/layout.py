"""The layout of netlink messages, declared once: a fixed header, then attributes by number (netlink(7)).

A message is decoded by one ``struct`` call where another of the same shape was seen before: dumps of a
large table repeat a few shapes, and a call of ``struct`` costs a tenth of a loop over attributes.
"""

import errno
from collections.abc import Iterator, Mapping
from operator import itemgetter
from struct import Struct, calcsize, error, unpack_from
from typing import Any, Final

NLMSG_HEADER: Final = Struct("=IHHII")
"""Length, type, flags, sequence number, port (linux/netlink.h)."""

_ATTRIBUTE: Final = Struct("=HH")
_TYPE_MASK: Final = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
_MOST_SHAPES: Final = 64
_MOST_IN_SHAPE: Final = 96

Raw = bytes
Buffer = bytes | bytearray | memoryview


class BadMessageError(OSError):
    """A message that is too short for its length or its type, or that has impossible values: its rows cannot be trusted."""

    def __init__(self) -> None:
        super().__init__(errno.EBADMSG, "a netlink message is cut off or damaged")


class Field:
    """One attribute of a layout.

    Args:
        number: its number in the kernel's enum.
        code: ``struct`` code of its value, in the machine's byte order; empty keeps the bytes.
    """

    __slots__ = ("code", "number", "size")

    def __init__(self, number: int, code: str = "") -> None:
        self.number, self.code, self.size = number, code, calcsize("=" + code) if code else 0


def walk(data: Buffer, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int]]:
    """Yield (number, first byte, byte after the last) of each attribute; a truncated attribute is left out."""
    end = len(data) if end is None else end
    while end - start >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data, start)
        if length < _ATTRIBUTE.size or start + length > end:
            return
        yield kind & _TYPE_MASK, start + _ATTRIBUTE.size, start + length
        start += (length + 3) & ~3


def nested(data: Buffer | None) -> dict[int, bytes]:
    """Return the attributes inside an attribute, by number."""
    return {} if data is None else {kind: bytes(data[first:last]) for kind, first, last in walk(data)}


def items(data: Buffer | None) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes inside an attribute that may repeat a number: lists."""
    for kind, first, last in walk(data or b""):
        yield kind, bytes(data[first:last]) if data is not None else b""


class Attributes:
    """The attributes that are nested in one, by name.

    Args:
        fields: each attribute by the name that its value gets.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = {field.number: (name, field) for name, field in fields.items()}

    def decode(self, data: Buffer | None) -> dict[str, Any]:
        """Return the values that are there, by name."""
        found: dict[str, Any] = {}
        for kind, first, last in walk(data or b""):
            known = self._fields.get(kind)
            if known is None or data is None:
                continue
            name, field = known
            if not field.code:
                found[name] = bytes(data[first:last])
            elif last - first >= field.size:
                found[name] = unpack_from("=" + field.code, data, first)[0]
        return found


class Message:
    """A kind of message: its fixed header and the attributes that are wanted.

    Args:
        header: ``struct`` format of the fixed header, in the machine's byte order without padding.
        fields: attributes in the order in which their values are returned, after those of the header.

    Attributes:
        header: the fixed header.
        fields: the attributes.
        at: position of each attribute among them, by its number.
        values: values that the header gives.
        first: where the attributes begin, counted from the start of the message.
    """

    def __init__(self, header: str, *fields: Field) -> None:
        self.header = Struct("=" + header)
        self.fields = fields
        self.at = {field.number: index for index, field in enumerate(fields)}
        self.values = len(self.header.unpack(bytes(self.header.size)))
        self.first = NLMSG_HEADER.size + ((self.header.size + 3) & ~3)
        self._shapes: dict[int, list[_Shape]] = {}
        self._count = 0

    def decode(self, data: Buffer, start: int, length: int) -> tuple[Any, ...]:
        """Return the values of the header and of each wanted attribute; None for one that is not there.

        Args:
            data: what the kernel sent.
            start: where the message begins.
            length: its length, header included.

        Raises:
            BadMessageError: the message is not whole.
        """
        try:
            for shape in self._shapes.get(length, ()):
                values = shape.struct.unpack_from(data, start)
                if shape.marks(values) == shape.expected:
                    picked: tuple[Any, ...] = shape.pick((*values, None))
                    return picked
        except error:
            raise BadMessageError from None
        if length < NLMSG_HEADER.size + self.header.size or start + length > len(data):
            raise BadMessageError
        if self._count < _MOST_SHAPES:
            self._learn(data, start, length)
        return self._walk(data, start, length)

    def _walk(self, data: Buffer, start: int, length: int) -> tuple[Any, ...]:
        values: list[Any] = [*self.header.unpack_from(data, start + NLMSG_HEADER.size), *(None for _ in self.fields)]
        for kind, first, last in walk(data, start + self.first, start + length):
            index = self.at.get(kind)
            if index is not None:
                code = self.fields[index].code
                if not code:
                    values[self.values + index] = bytes(data[first:last])
                elif last - first >= self.fields[index].size:
                    values[self.values + index] = unpack_from("=" + code, data, first)[0]
        return tuple(values)

    def _learn(self, data: Buffer, start: int, length: int) -> None:
        found = list(walk(data, start + self.first, start + length))
        if 0 < len(found) <= _MOST_IN_SHAPE:
            self._shapes.setdefault(length, []).insert(0, _Shape(self, data, start, found))
            self._count += 1


class _Shape:
    """Messages with the same attributes of the same lengths, as one struct."""

    __slots__ = ("expected", "marks", "pick", "struct")

    def __init__(self, message: Message, data: Buffer, start: int, found: list[tuple[int, int, int]]) -> None:
        header = message.header
        code = [f"={NLMSG_HEADER.size}x", header.format[1:], f"{message.first - NLMSG_HEADER.size - header.size}x"]
        count = message.values
        marks, wanted = [], [-1] * len(message.fields)
        for kind, first, last in found:
            marks += [count, count + 1]
            index = message.at.get(kind)
            size = last - first
            field = message.fields[index] if index is not None else None
            padding = -size % 4 if last != found[-1][2] else 0
            if field is None or index is None:
                code.append(f"HH{size + padding}x")
                count += 2
            elif field.code and size >= field.size:
                code.append(f"HH{field.code}{size - field.size + padding}x")
                wanted[index], count = count + 2, count + 3
            else:
                code.append(f"HH{size}s{padding}x")
                wanted[index], count = (-1 if field.code else count + 2), count + 3
        self.struct = Struct("".join(code))
        self.marks = itemgetter(*marks)
        self.expected = self.marks(self.struct.unpack_from(data, start))
        self.pick = itemgetter(*range(message.values), *wanted)
