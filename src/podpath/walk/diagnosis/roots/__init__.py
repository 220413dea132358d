"""From where a packet was lost to what is wrong: the symptom's own cause, or what led the packet there."""

from typing import Final

from podpath.walk.diagnosis.cause import cause_of
from podpath.walk.diagnosis.roots import (
    containers,
    flows,
    hops,
    masquerades,
    redirects,
    routes,
    rules,
    sizes,
    sources,
    translations,
)
from podpath.walk.events import Cause, Path, Walk

__all__ = ["rooted"]

_LOOKS: Final = (
    sizes.told, redirects.stale, rules.stolen, flows.held, flows.unfollowed, sources.hidden, translations.dead_end,
    translations.missing, translations.not_undone, masquerades.unmarked, sources.unhidden, hops.detour, hops.mixed,
    containers.closed, containers.looping,
)  # fmt: skip
"""In this order: what a rule did to the packet explains more than where a route then led it."""


def rooted(walk: Walk, path: Path) -> Cause | None:
    """Return what is wrong where a way ended: the cause of its end, or what has led it there."""
    cause = cause_of(walk, path.end)
    if cause is None:
        return None
    for look in _LOOKS:
        found = look(walk, path, cause)
        if found is not None:
            return found
    return routes.rooted(walk, path, cause)
