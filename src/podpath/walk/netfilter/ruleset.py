"""All rules of one namespace: those of both back ends of iptables, of nftables, and their sets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from podpath.walk.netfilter.interface import Text


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What commands printed in a namespace.

    Attributes:
        texts: the output of each.
    """

    texts: tuple[Text, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[Text]) -> Self:
        """Take the output of commands; nothing is read before a packet asks for it."""
        return cls(tuple(text for text in texts if text.text.strip()))
