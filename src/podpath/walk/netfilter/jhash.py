"""Bob Jenkins' hash as the kernel has it (include/linux/jhash.h); which address NAT takes out of a range follows from it."""

from collections.abc import Sequence
from typing import Final

_INITIAL: Final = 0xDEADBEEF
_MASK: Final = 0xFFFFFFFF


def _rotated(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & _MASK


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for by in (4, 6, 8):
        a = ((a - c) & _MASK) ^ _rotated(c, by)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    for by in (16, 19, 4):
        a = ((a - c) & _MASK) ^ _rotated(c, by)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    c = ((c ^ b) - _rotated(b, 14)) & _MASK
    a = ((a ^ c) - _rotated(c, 11)) & _MASK
    b = ((b ^ a) - _rotated(a, 25)) & _MASK
    c = ((c ^ b) - _rotated(b, 16)) & _MASK
    a = ((a ^ c) - _rotated(c, 4)) & _MASK
    b = ((b ^ a) - _rotated(a, 14)) & _MASK
    return ((c ^ b) - _rotated(b, 24)) & _MASK


def jhash2(words: Sequence[int], seed: int) -> int:
    """Return the hash of 32-bit words."""
    a = b = c = (_INITIAL + (len(words) << 2) + seed) & _MASK
    at, left = 0, len(words)
    while left > 3:  # noqa: PLR2004 - three words at a time
        a, b, c = (a + words[at]) & _MASK, (b + words[at + 1]) & _MASK, (c + words[at + 2]) & _MASK
        a, b, c = _mix(a, b, c)
        at, left = at + 3, left - 3
    if not left:
        return c
    tail = [*words[at:], 0, 0]
    return _final((a + tail[0]) & _MASK, (b + tail[1]) & _MASK, (c + tail[2]) & _MASK)
