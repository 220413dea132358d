"""Kinds of devices with a few words each: VLAN, macvlan, ipvlan, bond and VRF, as ``ip -d link`` prints them."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from podpath.readers.interface import Json
from podpath.state.link import Bond, Ipvlan, Macvlan, Vlan, Vrf

Words = Mapping[str, str]


def _number(word: object) -> int:
    return int(str(word), 0) if str(word).isascii() and str(word).isdigit() else 0


def _ipvlan_flag(text: str) -> str | None:
    return next((word for word in ("bridge", "private", "vepa") if word in text.split()), None)


_TEXT: Final[dict[str, Callable[[str, Words, str], NamedTuple]]] = {
    "vlan": lambda name, words, text: Vlan(name, _number(words.get("id", 0)), words.get("protocol")),  # noqa: ARG005
    "macvlan": lambda name, words, text: Macvlan(name, words.get("mode")),  # noqa: ARG005
    "macvtap": lambda name, words, text: Macvlan(name, words.get("mode")),  # noqa: ARG005
    "ipvlan": lambda name, words, text: Ipvlan(name, words.get("mode"), _ipvlan_flag(text)),
    "ipvtap": lambda name, words, text: Ipvlan(name, words.get("mode"), _ipvlan_flag(text)),
    "bond": lambda name, words, text: Bond(name, words.get("mode"), words.get("active_slave")),  # noqa: ARG005
    "vrf": lambda name, words, text: Vrf(name, _number(words.get("table", 0))),  # noqa: ARG005
}
_JSON: Final[dict[str, Callable[[str, dict[str, Json]], NamedTuple]]] = {
    "vlan": lambda name, data: Vlan(name, data.get("id", 0), data.get("protocol")),
    "macvlan": lambda name, data: Macvlan(name, data.get("mode")),
    "macvtap": lambda name, data: Macvlan(name, data.get("mode")),
    "ipvlan": lambda name, data: Ipvlan(name, data.get("mode"), _json_flag(data)),
    "ipvtap": lambda name, data: Ipvlan(name, data.get("mode"), _json_flag(data)),
    "bond": lambda name, data: Bond(name, data.get("mode"), data.get("active_slave")),
    "vrf": lambda name, data: Vrf(name, data.get("table", 0)),
}
KINDS: Final = frozenset(_TEXT)
"""Kinds that are read here."""


def _json_flag(data: dict[str, Json]) -> str | None:
    return next((word for word in ("bridge", "private", "vepa") if word in data), None)


def from_text(name: str, kind: str, text: str) -> NamedTuple:
    """Return what a device has by its kind.

    Args:
        name: interface name.
        kind: one of :data:`KINDS`, which the line begins with.
        text: the line.
    """
    return _TEXT[kind](name, dict(pairwise(text.split())), text)


def from_json(name: str, kind: str, data: dict[str, Json]) -> NamedTuple:
    """Return what a device has by its kind, from its ``info_data``."""
    return _JSON[kind](name, data)
