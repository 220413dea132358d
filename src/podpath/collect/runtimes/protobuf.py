"""The wire form of Protocol Buffers (protobuf.dev/programming-guides/encoding), as much as runtimes speak.

A message's layout is declared as its field numbers and names; fields that are not declared are passed over,
as the form intends.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple, Union


class Kind(Enum):
    """The type of a field, which the wire format does not hold."""

    TEXT = "text"
    NUMBER = "number"
    MAP = "map"
    """A map of text to text: on the wire, a list of messages with key (1) and value (2)."""


class Field(NamedTuple):
    """A field of a message.

    Attributes:
        name: its name.
        kind: what it holds, or the layout of the message that it holds.
        many: it may come more than once, and is a list.
    """

    name: str
    kind: Union[Kind, "Layout"] = Kind.TEXT
    many: bool = False


Layout = Mapping[int, Field]
"""The fields of a message by their numbers."""
Message = dict[str, Any]
"""A decoded message: text, numbers, messages, lists and mappings by name; fields that were not sent are absent."""

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_SIZES: Final = {_FIXED64: 8, _FIXED32: 4}
_PAIR: Final[Layout] = {1: Field("key"), 2: Field("value")}
_MOST_SHIFT: Final = 63
_DEEPEST: Final = 32


def decode(data: bytes, layout: Layout, depth: int = 0) -> Message:
    """Return the fields of a message that its layout names.

    Raises:
        ValueError: it is no message, or cut off.
    """
    if depth > _DEEPEST:
        raise ValueError("messages are nested too deep")
    found: Message = {}
    for number, raw in _fields(memoryview(data)):
        field = layout.get(number)
        if field is None:
            continue
        value = _value(raw, field, depth)
        if field.kind is Kind.MAP:
            found.setdefault(field.name, {}).update(value)
        elif field.many:
            found.setdefault(field.name, []).append(value)
        else:
            found[field.name] = value
    return found


def _value(raw: int | memoryview, field: Field, depth: int) -> str | int | Message:
    if isinstance(raw, int) or field.kind is Kind.NUMBER:
        if isinstance(raw, int) and field.kind is Kind.NUMBER:
            return raw
        raise ValueError(f"a message whose field {field.name} is of another kind")
    if field.kind is Kind.TEXT:
        return bytes(raw).decode("utf-8", "replace")
    if field.kind is Kind.MAP:
        pair = decode(bytes(raw), _PAIR, depth + 1)
        return {pair.get("key", ""): pair.get("value", "")}
    return decode(bytes(raw), field.kind, depth + 1)


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the undecoded value of each field."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, form = tag >> 3, tag & 7
        if form == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if form == _BYTES:
            size, at = _varint(data, at)
        elif form in _SIZES:
            size = _SIZES[form]
        else:
            raise ValueError(f"a field of form {form}, which does not exist")
        if number == 0 or at + size > len(data):
            raise ValueError("a truncated message")
        yield number, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > _MOST_SHIFT:
            raise ValueError("a truncated number")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follows
            return value, at
        shift += 7


def encode(message: Mapping[int, Any]) -> bytes:
    """Return a message of numbers, texts, bytes and messages by their field numbers; a list is a field that comes often."""
    parts = []
    for number, values in message.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                parts.append(_number(number << 3 | _VARINT) + _number(int(value)))
                continue
            body = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else encode(value)
            parts.append(_number(number << 3 | _BYTES) + _number(len(body)) + body)
    return b"".join(parts)


def _number(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
