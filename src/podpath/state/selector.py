"""Label selectors of the Kubernetes API as one line of text, and which labels they match.

The text is a list of requirements, separated by commas, all of which must hold (Kubernetes API, LabelSelector): ``key=a|b``
is In, ``key!=a|b`` NotIn, ``key`` Exists and ``!key`` DoesNotExist. ``*`` selects everything; no selector at all is None.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

EVERYTHING: Final = "*"
NO_LABELS: Final = "="
"""Labels of an object that has none; None is for one whose labels were not shown."""
NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label of every namespace that holds its name; the API server sets it."""
_RESERVED: Final = frozenset(",|=!* \t\n")


class Requirement(NamedTuple):
    """One requirement of a selector.

    Attributes:
        key: the label's name.
        values: values of In and NotIn; None for Exists and DoesNotExist.
        wanted: whether the label must be there, with one of the values; otherwise it must not.
    """

    key: str
    values: tuple[str, ...] | None
    wanted: bool

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Say whether labels meet it. NotIn holds where the label is missing, too (Kubernetes API, LabelSelectorRequirement)."""
        found = labels.get(self.key)
        if self.values is None:
            return (found is not None) is self.wanted
        return (found in self.values) is self.wanted

    def __str__(self) -> str:
        """Return it as text."""
        if self.values is None:
            return self.key if self.wanted else f"!{self.key}"
        return f"{self.key}{'' if self.wanted else '!'}={'|'.join(self.values)}"


def selector_text(requirements: Iterable[Requirement]) -> str:
    """Return a selector as text.

    Raises:
        ValueError: a name or a value holds a sign that the API forbids there.
    """
    found = list(requirements)
    for key, values, _ in found:
        if not key or _RESERVED & set(key) or any(_RESERVED & set(value) for value in values or ()):
            raise ValueError(f'"{key}" or its value is no label')
    return ",".join(map(str, found)) or EVERYTHING


@lru_cache(maxsize=4096)
def requirements(selector: str) -> tuple[Requirement, ...]:
    """Take a selector apart."""
    if selector == EVERYTHING:
        return ()
    return tuple(_requirement(part) for part in selector.split(","))


def _requirement(part: str) -> Requirement:
    key, sign, values = part.partition("=")
    if not sign:
        return Requirement(part.removeprefix("!"), None, not part.startswith("!"))
    return Requirement(key.removesuffix("!"), tuple(values.split("|")), not key.endswith("!"))


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Say whether a selector matches labels."""
    return all(requirement.holds(labels) for requirement in requirements(selector))


def labels_of(text: str | None) -> dict[str, str]:
    """Return labels out of ``key=value``, comma-separated."""
    return {key: value for key, _, value in (pair.partition("=") for pair in (text or "").split(",")) if key}
