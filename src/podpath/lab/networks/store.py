"""A real etcd on a host of its own, where flanneld stores which node has which block."""

import sys
from pathlib import Path
from typing import Final

from podpath.lab.networks import control_plane, underlay
from podpath.lab.plan import NodePlan
from podpath.lab.topology import Topology

TOOLS: Final = ("real:etcd",)
PREFIX: Final = "/coreos.com/network"
_SOURCES: Final = str(Path(__file__).parents[3])


def host(topology: Topology, config: str) -> NodePlan:
    """Return the host of the store, with flannel's configuration in it."""
    own = control_plane.addresses(topology)
    plan = underlay.bystander(topology, control_plane.NAME, own)
    plan.facts["role"] = "the store: etcd"
    here = url(topology)
    words = ["real:etcd", "--data-dir", "/run/etcd", f"--listen-client-urls={here}", f"--advertise-client-urls={here}"]
    code = f"import sys; sys.path.insert(0, {_SOURCES!r}); from podpath.lab.components.etcd import main; main()"
    plan.commands = [
        {"argv": words, "env": {}, "text": "", "log": "/run/etcd.log"},
        {"argv": [sys.executable, "-I", "-S", "-c", code, here, f"{PREFIX}/config"], "env": {}, "text": config},
    ]
    return plan


def url(topology: Topology) -> str:
    """Return the URL of the store."""
    return f"http://{control_plane.url_host(topology)}:2379"
