"""Damages that are done to labs of real programs: data, in files below ``damages``; a topology takes some of these files.

::

    - name: the route to another node is gone
      at: n1                              # a node, or a pod (n1/p1)
      do: [ip route del 10.244.2.0/24]    # as a shell reads them
      undo: [ip route add …]              # puts everything back as it was
      causes: [peer-route-missing]        # what a trace of a lost packet may name

``rules: iptables`` saves the rules of the node before, and loads them again afterwards; ``rules: ip kube-proxy`` does so with a
table of nftables. Agents are stopped meanwhile, for they would repair it; ``awake`` lists those that go on
(``kube-proxy@n2``, or all). ``$BRIDGE`` is the bridge of the pods.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

FOLDER: Final = Path(__file__).parent / "damages"
AGENTS: Final = ("kube-proxy", "flanneld", "kube-router")
_FILES: Final[dict[str, tuple[str, ...]]] = {
    "docker-engine": ("docker", "docker-rules"),
    "docker-engine-legacy": ("docker",),
    "podman-netavark": ("podman",),
    "podman-rootless": ("podman-rootless",),
    "flannel-real": ("pods", "flannel", "vxlan"),
    "flannel-real-hostgw": ("pods", "flannel", "routes", "host-gw"),
    "flannel-real-dual-stack": ("pods", "flannel", "vxlan", "ipv6"),
    "kube-router": ("pods", "routes", "policies"),
    "kubernetes": ("pods", "flannel", "vxlan", "services", "services-iptables"),
    "kubernetes-nftables": ("pods", "flannel", "vxlan", "services", "services-nftables"),
}


class Damage(NamedTuple):
    """One damage.

    Attributes:
        name: what is done, in words.
        at: where.
        do: commands of the shell that do it.
        undo: those that undo it.
        causes: names of the causes that a trace may give; empty: nothing is lost that was not lost before.
        rules: what to save and load again: ``iptables``, or family and name of a table of nftables.
        awake: agents that are not stopped: ``NAME@NODE``, or ``all``.
        tries: sources and destinations that suffer, where they are few: selectors of the lab.
        reason: why walk and kernel are known to differ here; empty: they agree.
        chance: whether any flow is lost is left to the kernel, which chooses among endpoints.
    """

    name: str
    at: str
    do: tuple[str, ...]
    undo: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    rules: str = ""
    awake: tuple[str, ...] = ()
    tries: tuple[str, ...] = ()
    reason: str = ""
    chance: bool = False

    @property
    def node(self) -> str:
        """The node that suffers."""
        return self.at.partition("/")[0]


def damages(topology: str) -> list[Damage]:
    """Return the damages of a topology."""
    return [_damage(each) for name in _FILES[topology] for each in _read(name)]


def judged() -> tuple[str, ...]:
    """Return the topologies that have damages: those that real programs run."""
    return tuple(sorted(_FILES))


def _read(name: str) -> list[dict[str, Any]]:
    found = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def _damage(fields: dict[str, Any]) -> Damage:
    made: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Damage(**made)
