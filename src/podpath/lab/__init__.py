"""Clusters of real network namespaces on one Linux machine, with faults to inject, for learning and for tests.

::

    from podpath import lab

    with lab.cluster("flannel-vxlan") as c:
        c.run("n1/p1", "ping -c 1 10.244.2.10")

Neither root nor a container engine is needed; nothing of the host is touched, and nothing is left behind.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podpath.lab.client import Cluster


def cluster(
    topology: str,
    *,
    nodes: int | None = None,
    pods: int | None = None,
    name: str | None = None,
    limit: float | None = 3600,
    rootless: bool = False,
) -> "Cluster":
    """Build a lab; use it in a ``with`` statement, which takes it away.

    It also ends with this process, however that ends, and when its time is up.

    Args:
        topology: name of a topology (`podpath lab topologies`), or a path that ends in ``.yaml``.
        nodes: number of nodes, if not that of the file.
        pods: total number of pods, likewise.
        name: makes the lab outlive this process; `podpath lab` finds it by this name.
        limit: seconds after which the kernel ends it; None: never.
        rootless: create a user namespace even as root.

    Raises:
        podpath.lab.reading.TopologyError: the topology file has an error.
        podpath.lab.client.LabError: the lab cannot be built here; the message says what is missing.
    """
    from podpath.lab.client import build
    from podpath.lab.compose import compose
    from podpath.lab.load import load
    from podpath.lab.requirements import explained

    loaded = load(topology, nodes, pods)
    plan = compose(loaded)
    with explained(plan, rootless=rootless):
        return build(plan, loaded.name, name=name, limit=limit, rootless=rootless)
