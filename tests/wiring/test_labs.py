"""Every topology of the lab is wired alike for `trace`, `veth`, `check` and the map, captured from the kernel and pasted."""

from pathlib import Path

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from tests.walk.clusters import Inhabited
from tests.wiring.test_wiring import agree

TOPOLOGIES = sorted(path.stem for path in (Path(lab.__file__).parent / "topologies").glob("*.yaml"))
COMMANDS = ("ip -d address show", "ip route show", "bridge -d link show")


def pasted(made: Cluster) -> Store:
    """Return a lab as a snapshot of what a person would type on its nodes, and in their namespaces."""
    store = Store()
    for node in made.plan.nodes:
        lines = []
        for place, prefix in ((node.name, ""), *((f"{node.name}/{pod.name}", f"ip netns exec {pod.name} ") for pod in node.pods)):
            for command in COMMANDS:
                lines += [f"[root@{node.name} ~]# {prefix}{command}", *made.do(place, command).splitlines()]
        load_text(store, f"{node.name}.txt", node.name, None, lines)
    merge(store)
    link_up(store)
    return store


_WITHOUT_CABLES = frozenset(("podman-rootless",))
"""What a process stands behind, which has a tun device (slirp4netns)."""


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", TOPOLOGIES)
def test_a_topology_is_wired_alike_for_everybody(name: str) -> None:
    """Each cable of a pod is known live; pasted, where indexes meet, some may be doubtful, and none is another one."""
    try:
        made = lab.cluster(name)
    except LabError as error:
        pytest.skip(str(error))
    with made, Inhabited(made) as spaces:
        with spaces.capture() as store:
            merge(store)
            link_up(store)
            live = agree(store)
        with pasted(made) as store:
            told = agree(store)
    # An engine calls a namespace after its container; in pasted text it has the name that was typed.
    named, typed = ({(label.partition(":")[2], *ends) for label, *ends in known} for known in (live, told))
    assert named or name in _WITHOUT_CABLES
    assert typed <= named, typed - named
