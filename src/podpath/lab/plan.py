"""What a lab is made of: the commands that build it, and who is in it. Pure data; JSON between processes."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from podpath.lab.reach import End, Expectation, Rule


@dataclass
class PodPlan:
    """A pod: a network namespace inside a node.

    Attributes:
        name: as `ip netns` shows it.
        settings: sysctls, by path below /proc/sys, written before it has a cable.
        ip: lines for `ip -batch`, in the pod's namespace.
        device_settings: sysctls of devices, written last.
        interface: the pod's end of its cable.
        outside: the node's end of it.
        addresses: the pod's addresses.
        labels: for policies.
        join: a command that prints the process whose network namespace is the pod's; empty: the pod has its own.
    """

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    ip: list[str] = field(default_factory=list)
    device_settings: dict[str, str] = field(default_factory=dict)
    interface: str = "eth0"
    outside: str = ""
    addresses: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    join: list[str] = field(default_factory=list)


@dataclass
class NodePlan:
    """A node, or the outside host: a process tree with namespaces of its own.

    Attributes:
        name: what people call it.
        host_name: what `hostname` prints there.
        interface: its port on the underlay.
        addresses: its own addresses on the underlay.
        files: files of /etc that differ from the host's.
        settings: sysctls by path below /proc/sys, written first.
        ip: lines for `ip -batch`.
        device_settings: sysctls of devices, written when the devices are there.
        bridge: lines for `bridge -batch`.
        ipset: text for `ipset restore`.
        iptables: text for `iptables-restore`.
        ip6tables: text for `ip6tables-restore`.
        nft: text for `nft -f`.
        commands: other commands, run when the devices are there: ``argv``, ``env``, ``text``; one with a ``log`` goes on
            running, and prints there.
        pods: the pods.
        offloads: whether devices keep segmentation and checksum offloads.
        kind: ``node`` or ``outside``.
        facts: what networks note for faults and people: the block, the VTEP …
        env: environment of the commands that people run there.
    """

    name: str
    host_name: str
    interface: str = "eth0"
    addresses: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    ip: list[str] = field(default_factory=list)
    device_settings: dict[str, str] = field(default_factory=dict)
    bridge: list[str] = field(default_factory=list)
    ipset: str = ""
    iptables: str = ""
    ip6tables: str = ""
    nft: str = ""
    commands: list[dict[str, Any]] = field(default_factory=list)
    pods: list[PodPlan] = field(default_factory=list)
    offloads: bool = False
    kind: str = "node"
    facts: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)


@dataclass
class SwitchPlan:
    """The underlay: the network namespace of the lab's first process, with a bridge in it.

    Attributes:
        name: what `podpath lab exec` calls it.
        ip: lines for `ip -batch`; ``{pid_n1}`` is the process of node n1.
        settings: sysctls, written first.
        files: files of /etc; none.
        offloads: as of a node.
    """

    name: str = "sw"
    ip: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    offloads: bool = False


@dataclass
class Plan:
    """A whole lab.

    Attributes:
        title: one line for people.
        switch: the underlay.
        nodes: the nodes and the outside host.
        targets: every end and service that something can be sent to, and at which addresses.
        rules: the pairs that should not reach each other, and what the sender sees then.
        tools: commands that the build runs.
        underlay_mtu: of the ports between the nodes.
        needs_root: why an ordinary user cannot build it; empty if one can.
    """

    title: str
    switch: SwitchPlan
    nodes: list[NodePlan]
    targets: list[End] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    underlay_mtu: int = 1500
    needs_root: str = ""

    def node(self, name: str) -> NodePlan:
        """Return the node of a name.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def cluster_nodes(self) -> list[NodePlan]:
        """The nodes without the outside host."""
        return [node for node in self.nodes if node.kind == "node"]

    @property
    def senders(self) -> list[End]:
        """The ends that can send: pods, nodes and the outside host."""
        return [end for end in self.targets if end.sends]

    def expectation(self, symptom: Iterable[Rule] = ()) -> Expectation:
        """Return the pairs that should reach each other without a fault, or with a symptom applied."""
        return Expectation(self.rules, symptom, self.targets)

    def as_message(self) -> dict[str, Any]:
        """Return what travels to the supervisor."""
        return asdict(self)

    @classmethod
    def of_message(cls, message: dict[str, Any]) -> Self:
        """Return the plan that came back."""
        nodes = [NodePlan(**{**node, "pods": [PodPlan(**pod) for pod in node["pods"]]}) for node in message["nodes"]]
        return cls(
            message["title"],
            SwitchPlan(**message["switch"]),
            nodes,
            [End(**end) for end in message["targets"]],
            [Rule(**rule) for rule in message["rules"]],
            message["tools"],
            message["underlay_mtu"],
            message["needs_root"],
        )
