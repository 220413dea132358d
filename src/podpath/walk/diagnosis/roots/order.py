"""From where a packet was lost to what is wrong: the symptom's own cause, or what led the packet there."""

from typing import Final

from podpath.walk.diagnosis.cause import cause_of
from podpath.walk.diagnosis.roots import (
    containers,
    flows,
    gateways,
    hops,
    masquerades,
    neighbours,
    redirects,
    remotes,
    routes,
    rules,
    sizes,
    sources,
    translations,
)
from podpath.walk.events import Diagnosis, Path, Walk

_LOOKS: Final = (
    sizes.told, routes.strayed, redirects.stale, neighbours.stale, neighbours.unowned, remotes.returned, remotes.misled,
    rules.stolen, flows.held, flows.unfollowed, sources.hidden, translations.dead_end, translations.shadowed,
    translations.missing, translations.not_undone, masquerades.unmarked, sources.unhidden, hops.detour, hops.sideways,
    hops.hidden, hops.mixed,
    containers.closed, containers.unpublished, containers.looping, gateways.lost,
)  # fmt: skip
"""In this order: a rule that changed the packet explains more than the route that it then took."""


def rooted(walk: Walk, path: Path) -> Diagnosis | None:
    """Return what is wrong where a way ended: the cause of its end, or what has led it there."""
    cause = cause_of(walk, path.end)
    if cause is None:
        return None
    for look in _LOOKS:
        found = look(walk, path, cause)
        if found is not None:
            return found
    return routes.rooted(walk, path, cause)
