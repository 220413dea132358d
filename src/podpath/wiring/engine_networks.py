"""What a container engine calls its networks and ports: ``br-0123456789ab`` is the network ``shop``.

The engine's own default network needs no name: ``docker0`` says enough.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.store import Store
from podpath.state.address import ip_text
from podpath.state.finding import BridgeNetwork

Networks: TypeAlias = Mapping[str, Mapping[str, str]]
"""Engines' networks that bridges carry, by the names of node and bridge."""
_DEFAULT: Final = ("bridge", "podman")


def bridge_networks(store: Store) -> dict[str, dict[str, str]]:
    """Return the name of the engine's network that each bridge carries, by the names of node and bridge."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for node, bridge, name in store.raw(
        "SELECT DISTINCT d.name, c.bridge, c.name FROM container_network c JOIN netns s USING (ns) JOIN node d USING (node)"
        " WHERE c.bridge IS NOT NULL AND c.name <> c.bridge ORDER BY ALL"
    ):
        if name not in _DEFAULT:
            found[node][bridge] = name
    return dict(found)


def published_ports(store: Store) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the ports of the host that lead to each container, by the names of node and container: ``8080->80/tcp``."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for node, container, proto, port, outer, *address in store.raw(
        f"SELECT d.name, p.container, p.proto, p.port, p.host_port, {halves('host_address')} FROM published_port p"
        " JOIN netns s USING (ns) JOIN node d USING (node) WHERE p.host_port IS NOT NULL ORDER BY p.host_port, p.rowid"
    ):
        at = whole(*address) if None not in address else None  # podman tells no address where it means all
        text = ip_text(at) if at else ""
        here = "" if not at or text in {"0.0.0.0", "::"} else f"[{text}]:" if ":" in text else f"{text}:"  # noqa: S104
        found[node, container][f"{here}{outer}->{port}/{proto}"] = None
    return {place: tuple(ports) for place, ports in found.items()}


def among(names: Mapping[str, str], values: Iterable[object]) -> tuple[BridgeNetwork, ...]:
    """Return the bridges among some values, each once.

    Args:
        names: networks of a node, by their bridges.
        values: facts, or columns of rows.
    """
    met = dict.fromkeys(value for value in values if isinstance(value, str) and value in names)
    return tuple(BridgeNetwork(bridge, names[bridge]) for bridge in met)
