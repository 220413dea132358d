"""The cause of a path's end, made of the facts that it carries."""

from dataclasses import replace
from typing import assert_never

from podpath.walk.diagnosis import other_host, rule_drop, unanswered
from podpath.walk.events import Diagnosis, OtherHost, Outcome, Path, RuleDrop, Unanswered, Walk


def cause_of(walk: Walk, end: Outcome) -> Diagnosis | None:
    """Return what is wrong where a path ended, or None if nothing is."""
    match end.cause:
        case None | Diagnosis():
            return end.cause
        case RuleDrop():
            return rule_drop.cause_of(walk, end, end.cause)
        case Unanswered():
            return unanswered.cause_of(walk, end.cause, cause_of)
        case OtherHost():
            return other_host.cause_of(walk, end.cause)
        case _:
            assert_never(end.cause)


def diagnosed(walk: Walk, path: Path) -> Path:
    """Return a path whose end says its cause."""
    if path.end.cause is None or isinstance(path.end.cause, Diagnosis):
        return path
    return path._replace(end=replace(path.end, cause=cause_of(walk, path.end)))
