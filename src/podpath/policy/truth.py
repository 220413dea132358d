"""Three values: what holds, what does not, and None for what nobody knows (Kleene's logic)."""

from collections.abc import Iterable

Truth = bool | None


def all_of(values: Iterable[Truth]) -> Truth:
    """Say whether all hold: one that does not decides, however little is known of the others."""
    found: Truth = True
    for value in values:
        if value is False:
            return False
        found = found and value if value is not None else None
    return found


def any_of(values: Iterable[Truth]) -> Truth:
    """Say whether any holds."""
    found = all_of(None if value is None else not value for value in values)
    return None if found is None else not found
