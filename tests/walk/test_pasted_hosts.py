"""Whole hosts as people paste them: real namespaces, the words of their own commands, and real packets as the judge.

Who pastes calls namespaces as they please, while ``ip link`` prints the names below ``/run/netns``: each host is tried with
both. All of it lives in one mount and one network namespace of its own, and ends with it.
"""

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

import pytest

from podpath.checks.engine.run import run_checks
from podpath.state.finding import Finding, Severity
from podpath.state.trace import Trace, Verdict
from podpath.walk.cluster import Cluster
from tests.conftest import why_no_namespaces
from tests.engines import wait_for
from tests.seeds import fresh_seed
from tests.walk.pasted import trace, world

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]

SEED: Final = fresh_seed()
HOSTS: Final = {"h": ("pa", "pb"), "x": (), "g": ("pg",)}
"""Hosts, and the namespaces of pods on each."""
MADE: Final = """
for n in h x g pa pb pg; do ip netns add k-$n; ip -n k-$n link set lo up; done
ip -n k-x link add sw type bridge forward_delay 0; ip -n k-x addr add 192.0.2.100/24 dev sw; ip -n k-x link set sw up
i=1; for n in h g; do
  ip -n k-x link add to-$n type veth peer name eth0 netns k-$n; ip -n k-x link set to-$n master sw up
  ip -n k-$n addr add 192.0.2.$i/24 dev eth0; ip -n k-$n link set eth0 up; ip -n k-$n route add default via 192.0.2.100
  ip -n k-$n link add br0 type bridge forward_delay 0; ip -n k-$n link set br0 up
  ip netns exec k-$n sysctl -qw net.ipv4.ip_forward=1
  i=$((i+1)); done
ip -n k-h addr add 198.51.100.1/24 dev br0; ip -n k-g addr add 203.0.113.1/24 dev br0
pod() { ip -n k-$1 link add v$2 type veth peer name eth0 netns k-p$2; ip -n k-$1 link set v$2 master br0 up
  ip -n k-p$2 addr add $3/24 dev eth0; ip -n k-p$2 link set eth0 up; ip -n k-p$2 route add default via ${3%.*}.1; }
pod h a 198.51.100.2; pod h b 198.51.100.3; pod g g 203.0.113.2
ip -n k-h route add 203.0.113.0/24 via 192.0.2.2; ip -n k-g route add 198.51.100.0/24 via 192.0.2.1
ip netns exec k-h iptables -t nat -A POSTROUTING -s 198.51.100.0/24 ! -d 203.0.113.0/24 ! -o br0 -j MASQUERADE
"""
SHOWN: Final = (
    "ip -d address", "ip route show table all", "ip rule", "ip neigh", "bridge fdb", "bridge -d link",
    "sysctl net.ipv4.ip_forward net.ipv4.conf", "ss -lntup", "iptables-save -c", "nft list ruleset",
)  # fmt: skip
ADDRESSES: Final = {
    "pa": "198.51.100.2", "pb": "198.51.100.3", "pg": "203.0.113.2", "h": "192.0.2.1", "g": "192.0.2.2", "x": "192.0.2.100"
}  # fmt: skip


class Fault(NamedTuple):
    """What is done to the hosts.

    Attributes:
        name: in words.
        do: commands, each with the namespace that it is typed in.
        lost: pairs that lose their packets.
        cause: what a trace of each of them names.
        found: what a check of all of it names, besides; empty: only a trace tells.
    """

    name: str
    do: tuple[str, ...]
    lost: tuple[str, ...]
    cause: str
    found: str = ""


CUT: Final = ("pa x", "pa h", "pa pg")
FAULTS: Final = (
    Fault("the bridge has lost its address", ("h: ip addr del 198.51.100.1/24 dev br0",), (*CUT, "h pa"),
          "bridge-address-missing", "bridge-address-missing"),
    Fault("the bridge is down", ("h: ip link set br0 down",), (*CUT, "pa pb", "h pa"), "device-down", "device-down"),
    Fault("a cable is out of the bridge", ("h: ip link set va nomaster",), (*CUT, "pa pb", "h pa"), "port-without-bridge",
          "port-without-bridge"),
    Fault("the connected route is gone", ("h: ip route del 198.51.100.0/24 dev br0",), (*CUT, "h pa"), "connected-route-missing",
          "connected-route-missing"),
    Fault("a rule steals what pods send", ("h: ip route add default via 192.0.2.100 table 77",
          "h: ip rule add from 198.51.100.0/24 lookup 77"), ("pa pg",),
          "policy-rule-steals-traffic", "policy-rule-steals-traffic"),
    Fault("nothing masquerades", ("h: iptables -t nat -F",), ("pa x",), "masquerade-missing"),
    Fault("nothing masquerades, and the other host has pods and a router that is gone",
          ("h: iptables -t nat -F", "h: ip route del 203.0.113.0/24", "g: ip route del 198.51.100.0/24",
           "g: ip route replace default via 192.0.2.254"), ("pa g",), "masquerade-missing"),
    Fault("a route leads to a host that forwards nothing", ("h: ip route replace 203.0.113.0/24 via 192.0.2.100",
          "x: sysctl -qw net.ipv4.ip_forward=0"), ("pa pg", "h pg"), "route-wrong-next-hop", "route-wrong-next-hop"),
    Fault("a route leads to a host that knows nothing of it", ("h: ip route replace 203.0.113.0/24 via 192.0.2.100",
          "x: sysctl -qw net.ipv4.ip_forward=1"), ("pa pg", "h pg"), "route-wrong-next-hop", "route-wrong-next-hop"),
)  # fmt: skip


class Hosts:
    """The hosts, in namespaces that nobody else sees.

    Args:
        pid: a process in them.
    """

    def __init__(self, pid: int) -> None:
        self._enter = ["nsenter", "--mount", "--net", "--target", str(pid), "sh", "-c"]
        self.do(MADE)

    def do(self, script: str) -> str:
        """Return what a script prints."""
        done = subprocess.run([*self._enter, script], capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, f"{script}: {done.stderr}"
        return done.stdout

    def typed(self, line: str) -> None:
        """Type a command as it is written in a fault or printed in a fix: ``on h: ip …`` or ``h: ip …``."""
        place, _, command = line.rpartition("on ")[2].partition(": ")
        self.do(f"ip netns exec k-{place} {command}")

    def arrives(self, pair: str) -> bool:
        """Say whether a packet gets there and back."""
        source, target = pair.split()
        return "1" in self.do(f"ip netns exec k-{source} ping -c1 -W1 {ADDRESSES[target]} | grep -c ' 1 received' || true")

    def pasted(self, called: str) -> Cluster:
        """Return what the words of all commands show; ``called`` stands before the names of pods at the wrappers."""
        texts = {}
        for host, pods in HOSTS.items():
            lines = [f"root@{host}:~# {command}\n{self.do(f'ip netns exec k-{host} {command}')}" for command in SHOWN]
            lines += [
                f"root@{host}:~# ip netns exec {called}{pod} {command}\n{self.do(f'ip netns exec k-{pod} {command}')}"
                for pod in pods for command in SHOWN
            ]  # fmt: skip
            texts[host] = "".join(lines)
        return world(texts)


@contextmanager
def hosts() -> Iterator[Hosts]:
    """Return the hosts, as long as the block lasts."""
    if (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)
    private = "mount --make-rprivate / && mkdir -p /run/netns && mount -t tmpfs none /run/netns && echo up && exec sleep 300"
    with subprocess.Popen(["unshare", "--mount", "--net", "sh", "-c", private], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            made = Hosts(process.pid)
            # A bridge port forwards at once here; IPv6 needs a moment, and is not asked.
            wait_for("all answer", lambda: made.arrives("pa x"))
            yield made
        finally:
            process.kill()


def told(shown: Cluster, pair: str, called: str) -> Trace:
    """Return the trace of a pair."""
    source, target = pair.split()
    return trace(shown, f"netns:{called}{source}" if source[0] == "p" else source, ADDRESSES[target])


def found(shown: Cluster) -> list[Finding]:
    """Return what a check names as an error."""
    return [each for each in run_checks(shown.store).findings if each.severity is Severity.ERROR]


@pytest.mark.parametrize("called", ["k-", ""], ids=["by their names", "by other names"])
def test_healthy_hosts_are_healthy(called: str) -> None:
    """Every pair, and no error."""
    with hosts() as made:
        shown = made.pasted(called)
        for pair in ("pa x", "pa pb", "pa pg", "h pa", "pg pa", "h pg"):
            assert made.arrives(pair)
            assert told(shown, pair, called).verdict is Verdict.DELIVERED, pair
        assert found(shown) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_has_one_name_from_wherever_it_is_seen(fault: Fault) -> None:
    """The kernel loses what the trace says; the check names the cause alone; the fix is typed, and all arrive."""
    called = random.Random(f"{SEED} {fault.name}").choice(("k-", ""))
    with hosts() as made:
        for line in fault.do:
            made.typed(line)
        lost = [pair for pair in fault.lost if not made.arrives(pair)]
        assert lost == [*fault.lost]
        shown = made.pasted(called)
        causes = []
        for pair in lost:
            result = told(shown, pair, called)
            assert result.verdict is not Verdict.DELIVERED, pair
            assert result.cause is not None, (pair, result.verdict, result.unknowns)
            causes.append(result.cause)
        assert {each.check for each in causes} == {fault.cause}, f"{SEED} {causes}"
        errors = found(shown)
        assert {each.check for each in errors} == ({fault.found} if fault.found else set()), errors
        for step in causes[0].fix:
            if step.command is not None and not step.instead:
                made.typed(step.text.removeprefix("or "))
        for pair in lost:
            wait_for(f"{pair} arrives", partial(made.arrives, pair))
