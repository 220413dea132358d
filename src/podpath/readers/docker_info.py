"""``docker info``: what the engine warns of its host (moby's daemon/info_unix.go)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Sysctl

_ENGINES: Final = frozenset({"docker", "nerdctl"})
_OFF: Final = {"WARNING: IPv4 forwarding is disabled": "net.ipv4.ip_forward"}
"""Warnings that name a setting which is 0. That bridged packets skip iptables may also mean that the setting is missing."""


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker info`` without a format; it covers no table."""
    if not words or words[0] not in _ENGINES or list(words[1:]) not in (["info"], ["system", "info"]):
        return None
    return (covers(Sysctl, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the settings that are off; the rest says nothing of the network."""
    del words
    for index, line in enumerate(lines):
        if (setting := _OFF.get(line.strip())) is not None:
            yield index, Sysctl(setting, "0")


READER: Final = Reader(name="docker info", accepts=accepts, read=read, whole=True, relays=True)
