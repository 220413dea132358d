"""A real cluster of network namespaces: three flannel nodes on a switch, each with two pods."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.evidence import Unread
from podpath.state.finding import Report

DUMP = (
    "hostname",
    "ifconfig -a",
    "route -n",
    "arp -an",
    "ip -d address",
    "ip -d -s -s link",
    "ip route show table all",
    "ip rule",
    "ip -6 rule",
    "ip neigh",
    "bridge fdb show",
    "bridge -d link show",
    "bridge -d vlan show",
    "brctl show",
    "sysctl -a -r net.ipv4",
    "sysctl -a -r net.ipv6.conf",
    "sysctl net.bridge.bridge-nf-call-iptables",
    "cat /proc/net/route",
    "cat /proc/net/dev",
    "cat /proc/net/snmp",
    "cat /proc/net/netstat",
    "ss -tuanp",
    "ethtool -k flannel.1",
)
"""What a person would type on each node."""

JSON_DUMP = (
    "ip -j -d -s address",
    "ip -j -d link",
    "ip -j route show table all",
    "ip -j rule",
    "ip -j neigh",
    "bridge -j fdb show",
    "bridge -j -d link show",
    "bridge -j vlan show",
)


def run(*words: str) -> str:
    """Run a command and return what it printed; its failure fails the test."""
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=20).stdout


class Cluster:
    """Three nodes ``n1`` to ``n3`` with VXLAN between them, in namespaces of a random prefix."""

    def __init__(self) -> None:
        self.prefix = f"pp{os.getpid() % 10000}{secrets.token_hex(2)}"
        self.namespaces: list[str] = []

    def name(self, short: str) -> str:
        """Return the full name of a namespace."""
        return f"{self.prefix}-{short}"

    def on(self, short: str, command: str) -> str:
        """Run a command in a namespace."""
        return run("ip", "netns", "exec", self.name(short), *command.split())

    def add(self, short: str) -> None:
        """Make a namespace."""
        run("ip", "netns", "add", self.name(short))
        self.namespaces.append(self.name(short))
        self.on(short, "ip link set lo up")

    def build(self) -> None:
        """Make the switch, the nodes and the pods, and fill every table as flannel does."""
        self.add("sw")
        self.on("sw", "ip link add sw0 type bridge")
        self.on("sw", "ip link set sw0 up")
        for i in (1, 2, 3):
            self._node(i)
        for i in (1, 2, 3):
            for j in (1, 2, 3):
                if i != j:
                    self.peer(i, j)

    def _node(self, i: int) -> None:
        node = f"n{i}"
        self.add(node)
        run(
            "ip",
            "-n",
            self.name(node),
            "link",
            "add",
            "eth0",
            "type",
            "veth",
            "peer",
            "name",
            node,
            "netns",
            self.name("sw"),
        )
        self.on("sw", f"ip link set {node} master sw0 up")
        for command in (
            f"ip address add 192.168.50.1{i}/24 dev eth0",
            "ip link set eth0 up",
            "ip route add default via 192.168.50.1",
            "ip link add cni0 type bridge",
            "ip link set cni0 mtu 1450",
            f"ip address add 10.244.{i}.1/24 dev cni0",
            "ip link set cni0 up",
            f"ip link add flannel.1 address {self.mac(i)} type vxlan id 1 dstport 8472 local 192.168.50.1{i} dev eth0 nolearning",
            f"ip address add 10.244.{i}.0/32 dev flannel.1",
            "ip link set flannel.1 mtu 1450 up",
            "sysctl -qw net.ipv4.ip_forward=1",
        ):
            self.on(node, command)
        for pod in ("a", "b"):
            self._pod(i, pod)

    def _pod(self, i: int, letter: str) -> None:
        pod, veth = f"p{i}{letter}", f"vp{i}{letter}"
        self.add(pod)
        run("ip", "-n", self.name(pod), "link", "add", "eth0", "mtu", "1450", "type", "veth", "peer", "name", veth, "mtu", "1450",
            "netns", self.name(f"n{i}"))  # fmt: skip
        self.on(f"n{i}", f"ip link set {veth} master cni0 up")
        self.on(f"n{i}", f"ip link set {veth} type bridge_slave hairpin on")
        self.on(pod, f"ip address add 10.244.{i}.{10 if letter == 'a' else 11}/24 dev eth0")
        self.on(pod, "ip link set eth0 up")
        self.on(pod, f"ip route add default via 10.244.{i}.1")

    @staticmethod
    def mac(i: int) -> str:
        """Return the MAC of a node's flannel.1."""
        return f"0a:58:0a:f4:0{i}:00"

    def peer(self, i: int, j: int) -> None:
        """Fill the three tables of a node for one peer."""
        for command in (
            f"ip neigh replace 10.244.{j}.0 lladdr {self.mac(j)} dev flannel.1 nud permanent",
            f"bridge fdb replace {self.mac(j)} dev flannel.1 dst 192.168.50.1{j} self permanent",
            f"ip route replace 10.244.{j}.0/24 via 10.244.{j}.0 dev flannel.1 onlink",
        ):
            self.on(f"n{i}", command)

    def reaches(self, source: str, target: str) -> bool:
        """Say whether a real packet gets there and back."""
        words = ("ip", "netns", "exec", self.name(source), "ping", "-c", "1", "-W", "1", target)
        return subprocess.run(words, check=False, capture_output=True, timeout=10).returncode == 0

    def dump(self, node: str, commands: tuple[str, ...] = DUMP) -> list[str]:
        """Return what a person pastes after typing the commands on a node."""
        lines = []
        for command in commands:
            lines.append(f"[root@{node} ~]# {command}")
            words = ("ip", "netns", "exec", self.name(node), *command.split())
            done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=20)
            lines += (done.stdout + done.stderr).splitlines()
        return lines

    def drop(self) -> None:
        """Take every namespace away."""
        for name in self.namespaces:
            subprocess.run(("ip", "netns", "del", name), check=False, capture_output=True, timeout=20)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Build a cluster for a test, and take it away whatever happens."""
    made = Cluster()
    try:
        made.build()
        yield made
    finally:
        made.drop()


def judge(
    made: Cluster, commands: tuple[str, ...] = DUMP, nodes: tuple[str, ...] = ("n1", "n2", "n3")
) -> tuple[Report, list[Unread]]:
    """Dump the nodes, read the text back, and check it."""
    with Store() as store:
        for node in nodes:
            load_text(store, f"{node}.txt", node, None, made.dump(node, commands))
        merge(store)
        link_up(store)
        report = run_checks(store)
    return report, list(report.unread)
