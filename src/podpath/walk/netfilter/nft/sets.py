"""Sets and maps of nftables: named ones, and those that stand in a rule (net/netfilter/nft_set_*.c)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import family_of, last_ip
from podpath.walk.netfilter.answer import of_share
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.types import Json, constant, is_constant, kind_of
from podpath.walk.packet import Drawn

MISSING: Final = object()
"""The map has no entry for a key."""


_BITS: Final = {"ether_addr": 48, "inet_service": 16, "inet_proto": 8, "icmp_type": 8, "icmpv6_type": 8}
"""Width of types whose prefixes are not counted in 32 bits."""


@dataclass(slots=True)
class Elements:
    """The elements of a set or map, told by single values where they are single.

    Attributes:
        kind: type of its keys; a tuple for a concatenation.
        elements: as printed.
        is_map: each element has a value.
        statements: what a packet runs that finds its element, or makes it.
    """

    kind: Any
    elements: list[Json]
    is_map: bool = False
    statements: list[Json] = field(default_factory=list)
    _single: dict[Any, Json] = field(default_factory=dict)
    _wide: list[tuple[Json, Json]] = field(default_factory=list)
    _ready: bool = False

    def find(self, value: Any) -> Json:  # noqa: ANN401 - whatever an expression gives
        """Return what is held under a key: True for a set, MISSING where nothing is.

        Raises:
            ValueError: an element cannot be read.
        """
        if not self._ready:
            self._read()
        parts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(part, Doubt | Drawn) for part in parts):
            return self._perhaps(value, parts)
        found = self._single.get(value, MISSING)
        if found is not MISSING:
            return found
        for pattern, data in self._wide:
            if holds(pattern, value, self.kind):
                return data
        return MISSING

    def _perhaps(self, value: Any, parts: tuple[Any, ...]) -> Json:  # noqa: ANN401 - as above
        """Return the doubt of a part that is not known, unless the known parts are in no element."""
        doubt = next(
            (part for part in parts if isinstance(part, Doubt)),
            Doubt((tr("which port the kernel chooses is not known")), "conntrack -L"),
        )
        for element in self.elements:
            key = bare(element[0] if self.is_map else element)
            if holds(key, value, self.kind):
                return doubt
        return MISSING

    def _read(self) -> None:
        for element in self.elements:
            key, data = (element[0], element[1]) if self.is_map else (element, True)
            key = bare(key)
            single = _single(key, self.kind)
            if single is MISSING:
                self._wide.append((key, data))
            else:
                self._single[single] = data
        self._wide.sort(key=lambda item: item[0] == "*")  # what is held under any other key is asked last
        self._ready = True


def bare(key: Json) -> Json:
    """Return an element without its timeout, counter and comment."""
    if isinstance(key, dict) and "elem" in key:
        return bare(key["elem"]["val"])
    return key


def _single(key: Json, kind: Any) -> Any:  # noqa: ANN401
    """Return the one value that an element is; MISSING where it is several."""
    if isinstance(key, dict) and "concat" in key:
        kinds = kind if isinstance(kind, tuple) else ("integer",) * len(key["concat"])
        parts = tuple(_single(bare(part), one) for part, one in zip(key["concat"], kinds, strict=True))
        return MISSING if any(part is MISSING for part in parts) else parts
    if not is_constant(key):
        return MISSING
    if isinstance(key, str) and key.endswith("*"):
        return MISSING
    return constant(key, kind if isinstance(kind, str) else "integer")


def holds(pattern: Json, value: Any, kind: Any) -> bool:  # noqa: ANN401
    """Say whether a value is in an element: a constant, a prefix, a range, a wildcard, a concatenation of these.

    Raises:
        ValueError: the element cannot be read.
    """
    pattern = bare(pattern)
    if isinstance(value, Doubt):
        return True
    if isinstance(value, Drawn):
        return of_share(share_of(pattern, value, kind)) is not False
    if isinstance(value, tuple):
        return _holds_all(pattern, value, kind)
    if pattern == "*":
        return True
    if isinstance(pattern, dict) and "prefix" in pattern:
        return _in_prefix(pattern["prefix"], value, kind)
    if isinstance(pattern, dict) and "range" in pattern:
        first, last = (constant(end, kind) for end in pattern["range"])
        return bool(first <= value <= last)
    if kind == "ifname" and isinstance(pattern, str) and pattern.endswith("*"):
        if pattern.endswith("\\*"):
            return bool(value == pattern[:-2] + "*")
        return str(value).startswith(pattern[:-1])
    return bool(constant(pattern, kind) == value)


def share_of(pattern: Json, port: Drawn, kind: Any) -> float:  # noqa: ANN401 - as above
    """Return how many of the ports that may be drawn are in an element.

    Raises:
        ValueError: the element cannot be read.
    """
    if pattern == "*":
        return 1.0
    if isinstance(pattern, dict) and "range" in pattern:
        first, last = (constant(end, kind) for end in pattern["range"])
        return port.share(first, last)
    value = constant(pattern, kind)
    return port.share(value, value)


def _holds_all(pattern: Json, value: tuple[Any, ...], kind: Any) -> bool:  # noqa: ANN401
    if pattern == "*":
        return True
    if not isinstance(pattern, dict) or "concat" not in pattern:
        return False
    kinds = kind if isinstance(kind, tuple) else ("integer",) * len(value)
    parts = pattern["concat"]
    if len(parts) != len(value):
        return False
    return all(holds(part, one, each) for part, one, each in zip(parts, value, kinds, strict=True))


def _in_prefix(prefix: Json, value: Any, kind: Any) -> bool:  # noqa: ANN401
    first = constant(prefix["addr"], kind)
    if kind in {"ipv4_addr", "ipv6_addr"}:
        family = family_of(first)
        return family_of(value) == family and bool(first <= value <= last_ip(family, first, prefix["len"]))
    shift = _BITS.get(kind, 32) - int(prefix["len"])
    return bool(value >> shift == first >> shift)


def kinds(declared: Json) -> Any:  # noqa: ANN401
    """Return the type of keys as a set declares it: by name, or as that of an expression."""
    if isinstance(declared, list):
        return tuple(kinds(one) for one in declared)
    if isinstance(declared, dict):
        return kind_of(declared.get("typeof"))
    return declared if isinstance(declared, str) else "integer"


def inline(elements: Iterable[Json], kind: Any, *, is_map: bool = False) -> Elements:  # noqa: ANN401
    """Return a set that stands in a rule."""
    return Elements(kind, list(elements), is_map)
