"""How long rules cost: kube-proxy's for 10,000 services, and 100,000 in one chain.

Prints one line for each: seconds to load and trace the first service, milliseconds for a further one, memory at its peak. Then
the same as a person has it: `podpath trace` as a whole command, from a snapshot and from text, beside `iptables-restore --test`,
which reads the same rules from first to last.
"""

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, endpoint
from podpath.walk.netfilter import AddressType, Context, Device, Doubt, Hook, HookVerdict, Listing, Ruleset, pass_hook
from podpath.walk.packet import Packet
from podpath.walk.trace import Ask, Tracer

SERVICES: Final = 10_000
RULES: Final = 100_000
FURTHER: Final = 200


class Routes:
    """Nothing is local but the node."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType | Doubt:
        """Type of an address."""
        del dev
        return AddressType.LOCAL if address == parse_ip("192.0.2.1") else AddressType.UNICAST

    def oif(self, source: Ip, target: Ip, *, iif: str | None, oif: str | None, mark: int, tos: int) -> str | Doubt | None:
        """Device of the route."""
        del source, target, iif, oif, mark, tos
        return "eth0"

    def masquerade_source(self, dev: str, target: Ip) -> Ip | Doubt | None:
        """Address that MASQUERADE takes."""
        del dev, target
        return parse_ip("192.0.2.1")

    def first_address(self, dev: str, family: int) -> Ip | Doubt | None:
        """First address of a device."""
        del dev, family
        return parse_ip("192.0.2.1")


def service(number: int) -> str:
    """Return the address of a service."""
    return f"10.96.{number >> 8}.{number & 255}"


def kube_proxy() -> Iterator[str]:
    """Yield what kube-proxy writes in its iptables mode, two endpoints each: six rules for a service."""
    yield from ("*nat", ":PREROUTING ACCEPT [0:0]", ":INPUT ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", ":POSTROUTING ACCEPT [0:0]")
    yield from (":KUBE-SERVICES - [0:0]", ":KUBE-POSTROUTING - [0:0]", ":KUBE-MARK-MASQ - [0:0]")
    for at in range(SERVICES):
        yield f":KUBE-SVC-{at:016X} - [0:0]"
        yield from (f":KUBE-SEP-{at:015X}{end} - [0:0]" for end in "AB")
    yield '[1:60] -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'
    yield '[1:60] -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'
    yield '[1:60] -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'
    yield "[0:0] -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000"
    yield "[0:0] -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN"
    yield "[0:0] -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0"
    yield "[0:0] -A KUBE-POSTROUTING -j MASQUERADE --random-fully"
    for at in range(SERVICES):
        for end in "AB":
            chain, pod = f"KUBE-SEP-{at:015X}{end}", f"10.24{'AB'.index(end)}.{at >> 8}.{at & 255}"
            yield f'[0:0] -A {chain} -s {pod}/32 -m comment --comment "shop/web-{at}:http" -j KUBE-MARK-MASQ'
            yield f'[0:0] -A {chain} -p tcp -m comment --comment "shop/web-{at}:http" -m tcp -j DNAT --to-destination {pod}:8080'
        said = f'-m comment --comment "shop/web-{at}:http cluster IP"'
        yield f"[0:0] -A KUBE-SERVICES -d {service(at)}/32 -p tcp {said} -m tcp --dport 80 -j KUBE-SVC-{at:016X}"
        first = f'KUBE-SVC-{at:016X} -m comment --comment "shop/web-{at}:http"'
        yield f"[0:0] -A {first} -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-{at:015X}A"
        yield f"[0:0] -A {first} -j KUBE-SEP-{at:015X}B"
    yield "COMMIT"
    yield from ("*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", "COMMIT")


def one_chain() -> Iterator[str]:
    """Yield many rules in one chain, each about another address."""
    yield from ("*filter", ":INPUT ACCEPT [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]")
    yield from (f"[0:0] -A FORWARD -d 10.{at >> 16}.{at >> 8 & 255}.{at & 255}/32 -j ACCEPT" for at in range(RULES))
    yield "COMMIT"


def walk(rules: Ruleset, target: str) -> int:
    """Send a packet through the node; return in how many ways it left."""
    context = Context(fib=Routes(), iif="veth1", devices={"veth1": Device("veth1"), "eth0": Device("eth0")})
    packet = Packet(parse_ip("10.244.200.9"), parse_ip(target), "tcp", 40000, 80, flags=frozenset(("SYN",)))
    ways = 0
    for first in pass_hook(rules, Hook.PREROUTING, packet, context):
        ahead = replace(context, oif="eth0", track=first.track, connections=first.connections)
        for second in pass_hook(rules, Hook.FORWARD, first.packet, ahead):
            assert second.verdict is HookVerdict.ACCEPT, second
            last = replace(ahead, track=second.track, connections=second.connections)
            ways += len(pass_hook(rules, Hook.POSTROUTING, second.packet, last))
    return ways


def measure(what: str) -> None:
    """Load one ruleset, and walk through it."""
    text = "# Generated by iptables-save v1.8.9 on x\n" + "\n".join(kube_proxy() if what == "services" else one_chain()) + "\n"
    draw = random.Random(1)
    many = SERVICES if what == "services" else RULES
    targets = [service(draw.randrange(many)) if what == "services" else _address(draw.randrange(many)) for _ in range(FURTHER)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    rules = Ruleset.of([Listing("iptables-legacy-save -c", text)])
    ways = walk(rules, targets[0])
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    for target in targets:
        assert walk(rules, target) == ways
    further = (time.perf_counter() - start) / FURTHER * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = text.count("\n[")
    print(
        f"{what}: {count} rules, {len(text) / 1e6:.1f} MB; first {loaded:.2f} s, further {further:.2f} ms, "
        f"{ways} ways, {peak / 1024:.0f} MB (text alone {before / 1024:.0f} MB)"
    )


def _address(at: int) -> str:
    return f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}"


NODE: Final = """# hostname
n1
# ip -d address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
       valid_lft forever preferred_lft forever
# ip rule show
0:\tfrom all lookup local
32766:\tfrom all lookup main
# ip route show table all
default via 192.0.2.254 dev eth0
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1
# ip neigh show
192.0.2.254 dev eth0 lladdr 02:00:00:00:00:fe REACHABLE
# sysctl -a
net.ipv4.ip_forward = 1
# iptables-legacy-save -c
# Generated by iptables-save v1.8.9 on Mon Nov 23 00:00:00 2026
"""


def command(folder: Path, *words: str) -> tuple[float, float, float, str]:
    """Run a command; return its seconds, those of the CPU, its megabytes, and what it printed.

    podpath's own modules are compiled, as those of an installed package are.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    with (folder / "printed").open("w+b") as file:
        process = subprocess.Popen(words, stdout=file, stderr=subprocess.STDOUT, env=environment)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds = time.perf_counter() - start
        file.seek(0)
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, file.read().decode()


def shown(runs: list[tuple[float, float, float, str]]) -> str:
    """Return the best of several runs, in words."""
    best = min(runs)
    return f"{best[0]:.2f} s ({best[1]:.2f} s of CPU), {best[2]:.0f} MB"


def whole(folder: Path) -> None:
    """Trace a service as a whole command, and let the rival read the same rules."""
    rules = "\n".join(kube_proxy()) + "\n"
    pasted, snapshot = folder / "n1.txt", folder / "n1.podpath"
    pasted.write_text(NODE + rules, encoding="ascii")
    podpath = (sys.executable, "-m", "podpath")
    command(folder, *podpath, "collect", "-o", str(snapshot), str(pasted))
    for name, file in (("snapshot", snapshot), ("pasted text", pasted)):
        runs = [command(folder, *podpath, "trace", "n1", service(1234), "--port", "80", str(file)) for _ in range(4)][1:]
        assert f"destination {service(1234)} becomes 10.240.4.210" in runs[0][3], runs[0][3]
        print(f"podpath trace, whole command, {name}: {shown(runs)}")
    (folder / "rules").write_text(rules, encoding="ascii")
    for tool in ("iptables-legacy-restore", "iptables-nft-restore"):
        if shutil.which(tool) is None or os.geteuid() != 0:
            print(f"{tool} --test: not here")
            continue
        runs = [command(folder, "unshare", "-n", tool, "--test", str(folder / "rules")) for _ in range(3)]
        print(f"{tool} --test: {shown(runs)}")
    further(snapshot)


def further(snapshot: Path) -> None:
    """Trace one service after the other in one process, as all hooks and routes of the node see it."""
    with Store(snapshot, read_only=True) as store:
        world = Cluster(store)
        tracer, source, draw = Tracer(world), endpoint(world, "n1"), random.Random(2)
        targets = [service(draw.randrange(SERVICES)) for _ in range(FURTHER + 1)]
        times = []
        for target in targets:
            ask = Ask(source=source, destination=Endpoint(target, None, parse_ip(target)), proto="tcp", port=80)
            start = time.process_time()
            assert len(tracer.trace(ask).forward.branches) == len("AB")
            times.append(time.process_time() - start)
        print(f"each further trace in one process, both endpoints: {statistics.median(times[1:]) * 1000:.1f} ms of CPU")


def main() -> None:
    """Measure each in a process of its own."""
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    for what in ("services", "one-chain"):
        subprocess.run([sys.executable, "-m", "benchmarks.bench_netfilter", what], check=True)
    with tempfile.TemporaryDirectory() as folder:
        whole(Path(folder))


if __name__ == "__main__":
    main()
