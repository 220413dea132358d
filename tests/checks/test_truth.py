"""The faults themselves, in real network namespaces: the check is silent before, and speaks once the fault is there.

Where a packet can tell, it is asked too: what a check calls broken must be broken, and was not before.
"""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import pytest
import yaml

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Finding, Severity
from tests.kernel.cluster import Cluster, run

pytestmark = [pytest.mark.root, pytest.mark.long]

HOST: Final = (
    "ip -d address show",
    "ip route show table all",
    "ip -6 route show",
    "ip rule show",
    "ip neigh show",
    "bridge fdb show",
    "bridge -d link show",
    "sysctl -a -r net.ipv4.(ip_forward|conf)",
    "sysctl -a -r net.ipv6.conf",
    "sysctl net.bridge.bridge-nf-call-iptables",
)
INSIDE: Final = ("ip address show", "ip route show", "ip neigh show")


class Bench(Cluster):
    """A cluster whose pods are looked into as well."""

    pods: ClassVar[dict[str, tuple[str, ...]]] = {f"n{i}": (f"p{i}a", f"p{i}b") for i in (1, 2, 3)}

    def __init__(self) -> None:
        super().__init__()
        self.prefix = f"ck-{os.getpid() % 10000}{secrets.token_hex(2)}"

    def text(self, node: str, commands: tuple[str, ...] = HOST) -> list[str]:
        """Return what a person pastes after looking at a node and into its pods."""
        lines = self.dump(node, commands)
        for pod in self.pods[node] if commands is HOST else ():
            for line in self.dump(pod, INSIDE):
                lines.append(line.replace(f"[root@{pod} ~]# ", f"[root@{node} ~]# ip netns exec {pod} "))
        return lines

    def judged(self, *more: list[str]) -> list[Finding]:
        """Return what the checks find; ``more`` are texts of the first node that were taken before."""
        with Store() as store:
            for node in self.pods:
                load_text(store, f"{node}.txt", node, None, self.text(node))
            for at, lines in enumerate(more):
                load_text(store, f"more{at}.txt", "n1", None, lines)
            merge(store)
            link_up(store)
            return list(run_checks(store).findings)

    def step(self, step: str) -> None:
        """Do one step, in the words that faults.yaml explains."""
        where, _, what = step.partition(": ")
        words = where.split()
        if words[0] == "peer":
            self.peer(int(words[1]), int(words[2]))
        elif words[0] in {"until", "while"}:
            self.wait(words[3], what, words[1], there=words[0] == "until")
        elif words[0] == "try":
            subprocess.run(
                ("ip", "netns", "exec", self.name(words[1]), *what.split()), check=False, capture_output=True, timeout=20
            )
        else:
            self.on(where, what)

    def wait(self, where: str, command: str, word: str, *, there: bool) -> None:
        """Wait until a command prints a word, or prints it no more."""
        deadline = time.monotonic() + 10
        while (word in self.on(where, command)) is not there:
            assert time.monotonic() < deadline, f"{where}: {command}: {word}"
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until no link-local address is tentative any more."""
        for pod in (pod for pods in self.pods.values() for pod in pods):
            self.wait(pod, "ip -6 address show", "tentative", there=False)
        for node in self.pods:
            self.wait(node, "ip -6 address show", "tentative", there=False)


class Calico(Bench):
    """Two nodes as Calico sets them up: pods without a bridge, proxy ARP, blocks, VXLAN between them."""

    pods: ClassVar[dict[str, tuple[str, ...]]] = {"n1": ("p1a", "p1b"), "n2": ("p2a", "p2b")}

    def build(self) -> None:
        """Make the switch, the nodes and the pods."""
        self.add("sw")
        self.on("sw", "ip link add sw0 type bridge")
        self.on("sw", "ip link set sw0 up")
        for i in (1, 2):
            self._host(i)
        for i in (1, 2):
            self.peer(i, 3 - i)

    def _host(self, i: int) -> None:
        node = f"n{i}"
        self.add(node)
        run(*f"ip -n {self.name(node)} link add eth0 type veth peer name {node} netns {self.name('sw')}".split())
        self.on("sw", f"ip link set {node} master sw0 up")
        for command in (
            f"ip address add 192.168.50.1{i}/24 dev eth0",
            "ip link set eth0 up",
            "ip route add default via 192.168.50.1",
            f"ip link add vxlan.calico address {self.mac(i)} type vxlan id 4096 dstport 4789 local 192.168.50.1{i} dev eth0"
            " nolearning",
            f"ip address add 10.100.{i}.0/32 dev vxlan.calico",
            "ip link set vxlan.calico mtu 1450 up",
            f"ip route add blackhole 10.100.{i}.0/26 proto 80",
            "sysctl -qw net.ipv4.ip_forward=1",
        ):
            self.on(node, command)
        for at, letter in enumerate("ab"):
            self._workload(i, at, letter)

    def _workload(self, i: int, at: int, letter: str) -> None:
        node, pod, port, address = f"n{i}", f"p{i}{letter}", self.port(i, at), f"10.100.{i}.{at + 2}"
        self.add(pod)
        run(*f"ip -n {self.name(pod)} link add eth0 mtu 1450 type veth peer name {port} mtu 1450 netns {self.name(node)}".split())
        for command in (
            f"ip link set {port} address ee:ee:ee:ee:ee:ee",
            f"ip link set {port} up",
            f"sysctl -qw net.ipv4.conf.{port}.proxy_arp=1",
            f"sysctl -qw net.ipv4.neigh.{port}.proxy_delay=0",
            f"ip route add {address}/32 dev {port} scope link",
        ):
            self.on(node, command)
        for command in (
            f"ip address add {address}/32 dev eth0",
            "ip link set eth0 up",
            "ip route add 169.254.1.1 dev eth0 scope link",
            "ip route add default via 169.254.1.1 dev eth0",
        ):
            self.on(pod, command)

    @staticmethod
    def port(i: int, at: int) -> str:
        """Return the name of the host's end of a pod's cable."""
        return f"cali{i}{at}000000000"

    def peer(self, i: int, j: int) -> None:
        """Fill the three tables of a node for one peer."""
        for command in (
            f"ip neigh replace 10.100.{j}.0 lladdr {self.mac(j)} dev vxlan.calico nud permanent",
            f"bridge fdb replace {self.mac(j)} dev vxlan.calico dst 192.168.50.1{j} self permanent",
            f"ip route replace 10.100.{j}.0/26 via 10.100.{j}.0 dev vxlan.calico onlink proto 80",
        ):
            self.on(f"n{i}", command)


def _built(bench: Bench) -> Iterator[Bench]:
    if not Path("/proc/sys/net/bridge").exists():
        pytest.skip("br_netfilter is not loaded: a cluster without it is not a healthy one")
    try:
        bench.build()
        bench.settle()
        yield bench
        after = [f for f in bench.judged() if f.severity is not Severity.INFO]
        assert after == [], "every test mends what it breaks"
    finally:
        bench.drop()


@pytest.fixture(scope="module")
def flannel() -> Iterator[Bench]:
    """Return three nodes with bridges and VXLAN."""
    yield from _built(Bench())


@pytest.fixture(scope="module")
def calico() -> Iterator[Bench]:
    """Return two nodes as Calico sets them up."""
    yield from _built(Calico())


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        check: name of the check that must speak.
        bench: cluster it is done to.
        node: node that must be named.
        harm: steps that do it.
        mend: steps that undo it.
        word: what a line of the evidence must hold.
        path: (namespace, address) between which packets pass before and not after, where they can tell.
        severity: how much it hurts.
    """

    check: str
    bench: str
    node: str
    harm: list[str]
    mend: list[str]
    word: str = ""
    path: tuple[str, str] | None = None
    severity: Severity = Severity.ERROR


FAULTS: Final = [Fault(**item) for item in yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text())]


@pytest.fixture(scope="module")
def healthy_flannel(flannel: Bench) -> list[Finding]:
    """Return what is found before anything is broken."""
    return flannel.judged()


@pytest.fixture(scope="module")
def healthy_calico(calico: Bench) -> list[Finding]:
    """Return what is found before anything is broken."""
    return calico.judged()


def _prove(bench: Bench, before: list[Finding], fault: Fault) -> None:
    assert (fault.check, fault.node) not in [(f.check, f.node) for f in before]
    passes = fault.path is None or any(bench.reaches(*fault.path) for _ in range(5))
    assert passes, "the way must be open before it is broken"
    try:
        for step in fault.harm:
            bench.step(step)
        broken = fault.path is None or not bench.reaches(*fault.path)
        found = bench.judged()
    finally:
        for step in fault.mend:
            bench.step(step)
    assert broken, "the fault must do harm, or there is nothing to find"
    fitting = [f for f in found if (f.check, f.node) == (fault.check, fault.node)]
    assert fitting, found
    assert fault.severity in {f.severity for f in fitting}
    assert not fault.word or any(fault.word in line.line for f in fitting for line in f.evidence), fitting


def _name(fault: Fault) -> str:
    return f"{fault.check}: {fault.harm[0]}"


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.bench == "flannel"], ids=_name)
def test_a_fault_of_a_bridged_cluster_is_found(flannel: Bench, healthy_flannel: list[Finding], fault: Fault) -> None:
    """Silent before, and named at its place after."""
    _prove(flannel, healthy_flannel, fault)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.bench == "calico"], ids=_name)
def test_a_fault_of_a_routed_cluster_is_found(calico: Bench, healthy_calico: list[Finding], fault: Fault) -> None:
    """Silent before, and named at its place after."""
    _prove(calico, healthy_calico, fault)


def test_healthy_clusters_are_silent(healthy_flannel: list[Finding], healthy_calico: list[Finding]) -> None:
    """Not even something worth knowing."""
    assert [f for f in (*healthy_flannel, *healthy_calico) if f.severity is not Severity.INFO] == []


def test_what_changed_between_two_looks_is_told(flannel: Bench) -> None:
    """The same entry with two MACs, in outputs that were taken one after the other."""
    earlier = flannel.text("n1", ("ip neigh show dev flannel.1",))
    try:
        flannel.step("n1: ip neigh replace 10.244.2.0 lladdr 0a:58:0a:f4:77:00 dev flannel.1 nud permanent")
        found = [f for f in flannel.judged(earlier) if f.check == "contradicting-evidence"]
    finally:
        flannel.peer(1, 2)
    assert any("0a:58:0a:f4:77:00" in f.summary and "0a:58:0a:f4:02:00" in f.summary for f in found)


def test_packets_that_a_tunnel_drops_stand_out(flannel: Bench) -> None:
    """Pings that the tunnel device has no entry for end in its counter, and the counter is told."""
    try:
        flannel.step("n3: bridge fdb del 0a:58:0a:f4:01:00 dev flannel.1 dst 192.168.50.11")
        flannel.step("try p3a: ping -c 400 -i 0.003 -W 1 10.244.1.10")
        with Store() as store:
            load_text(store, "n3.txt", "n3", None, flannel.text("n3", ("ip -s -s link show flannel.1",)))
            merge(store)
            found = [f for f in run_checks(store).findings if f.check == "counters-stand-out"]
    finally:
        flannel.peer(3, 1)
    assert any("TX dropped of flannel.1" in f.summary for f in found), found
