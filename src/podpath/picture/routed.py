"""Bridges that only the routes of a host show: a route by ``docker0`` proves that there is one, whatever no output lists."""

import re
from typing import Final

from podpath.state.link import Link
from podpath.state.route import Route
from podpath.walk.namespace import UNSHOWN, Entry, Namespace

_BRIDGE: Final = re.compile(r"(?:docker|cni|cbr|virbr|podman|lxcbr|lxdbr|incusbr)\d+|br-[0-9a-f]{12}|docker_gwbridge|kube-bridge")
"""Names that engines and network plugins give to bridges, and to nothing else."""


def routed_bridges(space: Namespace) -> list[Entry[Link]]:
    """Return the bridges that routes of a namespace name, where no output lists its devices; whether they are up is unknown."""
    if space.seen(Link):
        return []
    names = dict.fromkeys(held.row.dev for held in space.all(Route) if held.row.dev and held.row.dev not in space.links)
    return [Entry(Link(name, kind="bridge"), "link", UNSHOWN) for name in names if _BRIDGE.fullmatch(name)]
