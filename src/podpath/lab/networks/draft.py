"""A node's plan while its parts are being written."""

import hashlib
from dataclasses import dataclass, field

from podpath.lab.plan import NodePlan, PodPlan
from podpath.lab.reading import V4, V6, Address, Network
from podpath.lab.topology import Node, Topology


class Tables:
    """Rules for `iptables-restore`, in the order in which they were added."""

    def __init__(self) -> None:
        self._tables: dict[str, tuple[dict[str, str], list[str]]] = {}

    def chain(self, table: str, name: str, policy: str = "-") -> None:
        """Declare a chain; a built-in one has a policy."""
        self._tables.setdefault(table, ({}, []))[0].setdefault(name, policy)

    def add(self, table: str, *rules: str) -> None:
        """Append rules (``-A FORWARD -j ACCEPT``); their chains are declared."""
        for rule in rules:
            name = rule.split()[1]
            self.chain(table, name, "ACCEPT" if name.isupper() and name in _BUILT_IN else "-")
            self._tables[table][1].append(rule)

    def text(self) -> str:
        """Return what `iptables-restore` reads; nothing without rules."""
        lines = []
        for table, (chains, rules) in self._tables.items():
            lines += [f"*{table}", *(f":{name} {policy} [0:0]" for name, policy in chains.items()), *rules, "COMMIT"]
        return "\n".join(lines) + "\n" if lines else ""


_BUILT_IN = frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})


@dataclass
class Draft:
    """A node and its plan so far.

    Attributes:
        topology: the whole.
        node: this node of it.
        plan: its commands.
        tables4: IPv4 rules.
        tables6: IPv6 rules.
    """

    topology: Topology
    node: Node
    plan: NodePlan
    tables4: Tables = field(default_factory=Tables)
    tables6: Tables = field(default_factory=Tables)

    def tables(self, version: int) -> Tables:
        """Return the rules of a family."""
        return self.tables4 if version == V4 else self.tables6

    @property
    def peers(self) -> list[Node]:
        """The other nodes."""
        return [node for node in self.topology.nodes if node.name != self.node.name]

    def pod(self, name: str) -> PodPlan:
        """Return the plan of a pod of this node."""
        return next(pod for pod in self.plan.pods if pod.name == name)

    def finish(self) -> NodePlan:
        """Return the plan with the rules in it."""
        self.plan.iptables = self.tables4.text()
        self.plan.ip6tables = self.tables6.text()
        return self.plan


def of_version(version: int, values: tuple[Address, ...]) -> Address | None:
    """Return the address of a family."""
    return next((value for value in values if value.version == version), None)


def digits(*words: str, length: int) -> str:
    """Return hexadecimal digits derived from words, so that they are the same in every lab."""
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:length]


def mac_of(address: Address) -> str:
    """Return the MAC that CNI's bridge plugin and flannel derive from an IPv4 address: 0a:58 and its bytes.

    >>> import ipaddress
    >>> mac_of(ipaddress.ip_address("10.244.1.10"))
    '0a:58:0a:f4:01:0a'
    """
    return ":".join(f"{byte:02x}" for byte in (0x0A, 0x58, *address.packed[-4:]))


def width(version: int) -> int:
    """Return the bits of an address."""
    return 32 if version == V4 else 128


def nodad(version: int) -> str:
    """Return the option that makes an IPv6 address usable at once."""
    return " nodad" if version == V6 else ""


def gateway(block: Network) -> Address:
    """Return the address of a block that its bridge holds."""
    return block[1]
