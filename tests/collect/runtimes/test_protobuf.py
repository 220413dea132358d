"""The wire form of Protocol Buffers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.collect.runtimes.protobuf import Field, Kind, Layout, decode, encode

INNER: Layout = {1: Field("name"), 7: Field("size", Kind.NUMBER)}
OUTER: Layout = {
    1: Field("id"), 2: Field("inner", INNER), 3: Field("many", INNER, many=True), 4: Field("labels", Kind.MAP),
    300: Field("number", Kind.NUMBER),
}  # fmt: skip
LOOP: dict[int, Field] = {}
LOOP[1] = Field("loop", LOOP)


def test_the_examples_of_the_specification() -> None:
    """protobuf.dev/programming-guides/encoding: 150 is 96 01, a text has its length before it."""
    assert decode(bytes.fromhex("089601"), {1: Field("a", Kind.NUMBER)}) == {"a": 150}
    assert decode(bytes.fromhex("120774657374696e67"), {2: Field("b")}) == {"b": "testing"}
    assert decode(bytes.fromhex("1a03089601"), {3: Field("c", {1: Field("a", Kind.NUMBER)})}) == {"c": {"a": 150}}
    assert encode({1: 150}) == bytes.fromhex("089601")
    assert encode({2: "testing"}) == bytes.fromhex("120774657374696e67")


def test_all_kinds_of_fields() -> None:
    """Numbers, texts, messages, lists and mappings; what is not declared is passed over."""
    data = encode({1: "x", 2: {1: "y", 7: 5}, 3: [{1: "a"}, {1: "b"}], 4: [{1: "k", 2: "v"}, {1: "l"}], 300: 1 << 40, 9: "z"})
    assert decode(data + bytes.fromhex("590000000000000000") + bytes.fromhex("5d00000000"), OUTER) == {
        "id": "x", "inner": {"name": "y", "size": 5}, "many": [{"name": "a"}, {"name": "b"}],
        "labels": {"k": "v", "l": ""}, "number": 1 << 40,
    }  # fmt: skip


@given(st.integers(0, (1 << 64) - 1), st.text())
def test_what_was_encoded_is_decoded(number: int, text: str) -> None:
    """Of any size."""
    assert decode(encode({1: text, 300: number}), OUTER) == {"id": text, "number": number}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    """With ValueError, and nothing else."""
    with suppress(ValueError):
        assert isinstance(decode(data, OUTER), dict)


@pytest.mark.parametrize(
    "data", ["08", "0a05", "0aff", "08ffffffffffffffffffffff01", "0b", "080112001001", "0affffffffffffffff7f"]
)
def test_what_is_cut_off_is_refused(data: str) -> None:
    """Also where a length leads beyond the end."""
    with pytest.raises(ValueError, match=r"message|number|field"):
        decode(bytes.fromhex(data), {1: Field("a"), 2: Field("b")})


def test_nesting_has_an_end() -> None:
    """A message within itself does not exhaust the stack."""
    data = b""
    for _ in range(100):
        data = encode({1: data})
    with pytest.raises(ValueError, match="too deep"):
        decode(data, LOOP)
