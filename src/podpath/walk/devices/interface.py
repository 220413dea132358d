"""What a kind of device is: the names of the kind, and what it does with a frame that it sends."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from podpath.state.link import Link
from podpath.walk.events import Transition, Transmit, Walk
from podpath.walk.namespace import Entry

Send: TypeAlias = Callable[[Walk, Transmit, Entry[Link]], tuple[Transition, ...]]


class Device(NamedTuple):
    """A kind of device.

    Attributes:
        kinds: names of the kind, as ``ip -d link`` prints them; none is a device that has no kind, the hardware's.
        transmit: what it does with a frame.
    """

    kinds: tuple[str | None, ...]
    transmit: Send
