"""Who is called what, where many names are asked for: a query to the snapshot takes as long as several walks."""

from functools import cached_property
from typing import Final

from podpath.snapshot.store import Store

_ONE_BY_ONE: Final = 12
"""Number of names that are looked up one by one before all are loaded."""
_MOST_KEPT: Final = 200_000
"""Maximum number of cached names: about 30 MB."""


class Called:
    """Namespaces by the names of containers and pods."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked = 0

    def only(self, word: str) -> int | None:
        """Return the one namespace that is called so, or None if that needs a query to the snapshot."""
        self._asked += 1
        if self._asked <= _ONE_BY_ONE or word.partition("/")[0] in self._nodes:  # a node, or NODE/NAME
            return None
        return self._names.get(word)

    @cached_property
    def _nodes(self) -> frozenset[str]:
        return frozenset(name for (name,) in self._store.raw("SELECT name FROM node"))

    @cached_property
    def _names(self) -> dict[str, int | None]:
        rows = self._store.raw(f"SELECT name, ns FROM netns WHERE kind <> 'host' AND name IS NOT NULL LIMIT {_MOST_KEPT + 1}")
        found: dict[str, int | None] = {}
        for name, ns in rows if len(rows) <= _MOST_KEPT else ():
            found[name] = None if name in found else ns
        return found
