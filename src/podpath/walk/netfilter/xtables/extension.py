"""What a match and a target of xtables are."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from podpath.walk.netfilter.answer import Answer
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.options import Asked, Complete, Option


class Standing(StrEnum):
    """How far an extension is understood."""

    EVALUATED = "evaluated"
    """Its result follows from the packet and the snapshot; if something is missing, it is unknown."""
    PASSES = "passed through"
    """It changes nothing that affects the packet."""
    ASSUMED = "assumed"
    """It is assumed to match, with a note."""
    UNKNOWN = "unknown"
    """Its effect depends on something that no snapshot has."""


@dataclass(frozen=True, slots=True)
class Match:
    """A match (xt_match).

    Attributes:
        name: name after ``-m``.
        options: its options, in the order in which iptables-save prints them.
        answer: what it says of a packet.
        note: what is not known or assumed, for the documentation; what stands there for an unknown one.
        standing: how far it is understood.
        complete: adds what iptables adds to options as typed.
        write: prints the options, where that is not one after the other.
        families: families it exists for.
    """

    name: str
    options: tuple[Option, ...]
    answer: Callable[[Asked, Sight], Answer]
    note: str = ""
    standing: Standing = Standing.EVALUATED
    complete: Complete | None = None
    write: Callable[[Asked], str] | None = None
    families: str = "46"


@dataclass(frozen=True, slots=True)
class Target:
    """A target (xt_target).

    Attributes:
        name: name after ``-j``.
        options: its options, in the order in which iptables-save prints them.
        apply: the ways in which a packet goes on.
        note: what is not known or assumed, for the documentation.
        standing: how far it is understood.
        complete: adds what iptables adds to options as typed.
        write: prints the options, where that is not one after the other.
        families: families it exists for.
    """

    name: str
    options: tuple[Option, ...]
    apply: Callable[[Asked, Sight], tuple[Way, ...]]
    note: str = ""
    standing: Standing = Standing.EVALUATED
    complete: Complete | None = None
    write: Callable[[Asked], str] | None = None
    families: str = "46"
