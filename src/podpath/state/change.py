"""What is different between two snapshots of the same nodes."""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding


class Kind(StrEnum):
    """How an object changed."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    CHANGED = "changed"


class FieldChange(NamedTuple):
    """A value that is another one now.

    Attributes:
        name: what it is: mac, mtu, via …
        old: what it was, as a person writes it, or None if there was none.
        new: what it is.
    """

    name: str
    old: str | None
    new: str | None


class Change(NamedTuple):
    """An object of a node that appeared, vanished or changed.

    Attributes:
        node: name of the node.
        netns: namespace on it, empty for the host's own.
        table: table that the object is in: route, neighbour … netns for a whole namespace.
        kind: appeared, vanished or changed.
        object: what names it, in words.
        fields: the values that changed.
        old: the line that showed it in the old snapshot.
        new: the line that shows it in the new one.
        under: device that appeared or vanished, and this with it.
    """

    node: str
    netns: str
    table: str
    kind: Kind
    object: str
    fields: tuple[FieldChange, ...] = ()
    old: Evidence | None = None
    new: Evidence | None = None
    under: str | None = None


class Standing(StrEnum):
    """How a check stands on a node."""

    CLEAN = "clean"
    FAILING = "failing"
    UNKNOWN = "unknown"


class CheckChange(NamedTuple):
    """A finding that is new, or gone.

    Attributes:
        finding: the finding, of the snapshot that has it.
        was: how that check stood in the old snapshot.
        now: how it stands in the new one.
    """

    finding: Finding
    was: Standing
    now: Standing


class Diff(NamedTuple):
    """What is different between two snapshots.

    Attributes:
        nodes: names of the nodes that both have.
        seconds: how much later the new one was taken, or None if that is not known.
        checks: checks that went from clean to failing, or back.
        changes: what appeared, vanished and changed.
        unknowns: what could not be compared; ``node`` says where, ``missing`` in which snapshot.
        only_old: names of the nodes that only the earlier one has.
        only_new: names of the nodes that only the later one has.
    """

    nodes: tuple[str, ...]
    seconds: float | None
    checks: tuple[CheckChange, ...]
    changes: tuple[Change, ...]
    unknowns: tuple[Unknown, ...]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
