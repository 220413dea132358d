"""The cause of a path's end, made of the facts that it carries.

Most paths end well: what explains the others is imported with the first that does not.
"""

from dataclasses import replace
from typing import assert_never

from podpath.language import tr
from podpath.walk.events import Diagnosis, OtherHost, Outcome, Path, RuleDrop, Stopped, Unanswered, Walk


def cause_of(walk: Walk, end: Outcome) -> Diagnosis | None:
    """Return what is wrong where a path ended, or None if nothing is."""
    match end.cause:
        case None | Diagnosis():
            return end.cause
        case Stopped():
            from podpath.walk.diagnosis.failures import explained

            return explained(walk, end.cause)
        case RuleDrop():
            from podpath.walk.diagnosis import rule_drop

            return rule_drop.cause_of(walk, reason(walk, end), end.cause)
        case Unanswered():
            from podpath.walk.diagnosis import unanswered

            return unanswered.cause_of(walk, end.cause, cause_of)
        case OtherHost():
            from podpath.walk.diagnosis import other_host

            return other_host.cause_of(walk, end.cause)
        case _:
            assert_never(end.cause)


def reason(walk: Walk, end: Outcome) -> str:
    """Return how a path ended, in words."""
    said = end.reason
    if not said and isinstance(end.cause, Stopped):
        from podpath.walk.diagnosis.failures import reason_of

        said = reason_of(walk, end.cause)
    return tr("{said}; no error can be sent", said=said) if end.mute else said


def diagnosed(walk: Walk, path: Path) -> Path:
    """Return a path whose end says its cause."""
    end = path.end
    if end.cause is None or isinstance(end.cause, Diagnosis):
        return path
    return path._replace(end=replace(end, cause=cause_of(walk, end), reason=reason(walk, end), mute=False))
