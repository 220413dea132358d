"""The largest packet that passes a path whole, found by trying: halving the range until it is one byte wide."""

import secrets
from collections.abc import Callable
from typing import Final

from podpath.probe.flow import MARK_BYTES, Flow
from podpath.probe.sender import Sender, Target

_LEAST: Final = {4: 576, 6: 1280}
"""What every path carries: RFC 791 (as a host must take it), RFC 8200."""
_PATIENCE: Final = 0.4
_TRIES: Final = 2
"""Packets of a size that are sent before it counts as too large: one may be lost for another reason."""
_V6: Final = 6
_V4: Final = 4


def path_mtu(proto: str, target: Target, inside: Callable[[Callable[[], None]], None]) -> int | None:
    """Return the size in bytes of the largest packet that was answered, up to the target's, or None if not even a small one was.

    Args:
        proto: icmp or udp.
        target: where packets go, with the largest size to try.
        inside: does work inside the namespace that sends them.
    """
    least = _LEAST[_V6 if ":" in target.address else _V4]
    if target.size is None or not _passes(proto, target, inside, least):
        return None
    low, high = least, target.size + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _passes(proto, target, inside, middle):
            low = middle
        else:
            high = middle
    return low


def _passes(proto: str, target: Target, inside: Callable[[Callable[[], None]], None], size: int) -> bool:
    sender = Sender(Flow(proto=proto, mark=secrets.token_bytes(MARK_BYTES)), target._replace(size=size, whole=True))
    try:
        for number in range(_TRIES):

            def send(number: int = number) -> None:
                sender.prepare(number)
                sender.send(number)

            inside(send)
            sender.gather(_PATIENCE)
            result = sender.results.get(number)
            if result is not None and result.error in {"", "EMSGSIZE"}:
                return not result.error
        return False
    finally:
        sender.close()
