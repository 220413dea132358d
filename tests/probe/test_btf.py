"""The kernel's types."""

import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.probe.btf import VMLINUX, Btf, Member, load
from podpath.probe.obstacle import Obstacle, ObstacleError

STRINGS = b"\0outer\0inner\0a\0b\0colour\0RED\0NONE\0btf_trace_x\0alias\0"


def at(name: str) -> int:
    """Return a name's place among the strings."""
    return STRINGS.index(b"\0" + name.encode() + b"\0") + 1


def info(kind: int, members: int, *, flag: bool = False) -> int:
    """Return the second word of a type."""
    return kind << 24 | members | flag << 31


TYPES = (
    (0, info(1, 0), 4, 32),  # 1: int
    (0, info(5, 1), 4, at("b"), 1, 0),  # 2: unnamed union { int b; }
    (at("alias"), info(8, 0), 2),  # 3: typedef of it
    (
        at("outer"),
        info(4, 3),
        16,
        at("a"),
        1,
        0,
        0,
        3,
        32,
        at("inner"),
        5,
        64,
    ),  # 4: struct outer { int a; alias; struct inner inner; }
    (at("inner"), info(4, 1, flag=True), 8, at("b"), 6, 32),  # 5: struct inner { …; void *b; }
    (0, info(2, 0), 0),  # 6: void *
    (at("colour"), info(6, 2), 4, at("RED"), 7, at("NONE"), 0xFFFFFFFF),  # 7: enum
    (0, info(13, 3), 0, 0, 6, 0, 6, 0, 1),  # 8: void (void *, void *, int)
    (0, info(2, 0), 8),  # 9: pointer to it
    (at("btf_trace_x"), info(8, 0), 9),  # 10: typedef of that
)


def made(types: tuple[tuple[int, ...], ...] = TYPES) -> bytes:
    """Return a small description of types."""
    words = b"".join(struct.pack(f"={len(one)}I", *one) for one in types)
    return struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(words), len(words), len(STRINGS)) + words + STRINGS


def test_members_are_found_through_structures_unions_and_names() -> None:
    """Offsets are those of the outermost structure."""
    btf = Btf(made())
    assert btf.member("outer", "a") == Member(0, 4)
    assert btf.member("outer", "b") == Member(4, 4)
    assert btf.member("outer", "inner.b") == Member(12, 8)


def test_enums_and_tracepoints_are_found() -> None:
    """Values have a sign; the first argument of a tracepoint's prototype is the kernel's own."""
    btf = Btf(made())
    assert btf.enum("colour") == {7: "RED", -1: "NONE"}
    assert btf.tracepoint("x") == (10, 2)
    assert btf.has_enum("colour")
    assert not btf.has_enum("outer")


@pytest.mark.parametrize("name", ["nothing", "alias", "b"])
def test_what_is_not_there_is_an_obstacle(name: str) -> None:
    """Also a name that belongs to another kind of type, or to a member."""
    with pytest.raises(ObstacleError) as error:
        Btf(made()).member(name, "a")
    assert error.value.obstacle is Obstacle.BTF


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_damaged_file_is_an_obstacle_and_nothing_else(noise: bytes, place: int) -> None:
    """Cut, or with other bytes in it."""
    whole = made()
    for raw in (noise, whole[:place], whole[:place] + noise + whole[place + len(noise) :]):
        with suppress(ObstacleError):
            btf = Btf(raw)
            btf.member("outer", "inner.b")
            btf.tracepoint("x")


def test_a_hidden_file_is_an_obstacle(tmp_path: Path) -> None:
    """The message says what the system said."""
    with pytest.raises(ObstacleError, match="No such file"):
        load(tmp_path / "vmlinux")


def test_this_kernel_is_read_in_a_twentieth_of_a_second() -> None:
    """Of processor time: the best of three, and twice that where caches are cold."""
    if not VMLINUX.exists() or sys.byteorder != "little":
        pytest.skip("this kernel does not describe its types")
    times = []
    for _ in range(3):
        began = time.process_time()
        btf = load()
        btf.tracepoint("kfree_skb")
        assert btf.member("sk_buff", "head").size == 8
        times.append(time.process_time() - began)
    assert min(times) < 0.1
