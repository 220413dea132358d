"""A live node: 300 container namespaces on a bridge and a VXLAN device with 5,000 peers; and 100,000 routes.

Runs in namespaces of its own (network, mount, PID), so that nothing of the machine is touched or measured.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from unittest import mock

from benchmarks.measure import heading, median, row
from podpath.api.live import this_node
from podpath.collect.node.capture import capture
from podpath.netlink.namespace import Visitor
from podpath.netlink.sock import Netlink
from podpath.wiring.attachments import attachments

CONTAINERS, PEERS, ROUTES = 300, 5000, 100_000
IP_TABLES = ("-d -s address", "route show table all", "-6 route show table all", "rule", "-6 rule", "neigh show nud all")

MEMORY = r"""
import re, sys
from podpath.collect.node.capture import capture
def peak(): return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) * 1024
list(capture(lambda: ()))
routes = 0
before = peak()
import subprocess
subprocess.run(["ip", "-batch", "-"], stdin=open(sys.argv[1]), check=True)
for part in capture(lambda: ()):
    routes += sum(1 for _ in getattr(part, "rows", ()))
print(routes, peak() - before)
"""


WHOLE = r"""
import re, sys
from podpath.cli.main import main
main(["collect", "-o", sys.argv[1]])
print(int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) * 1024)
"""


def apart(*words: str) -> None:
    """Run this module again in namespaces of its own."""
    inside = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
    subprocess.run([*inside, sys.executable, "-m", "benchmarks.bench_capture", *words], check=True)


def build() -> list[str]:
    """Make the node and return the names of its container namespaces."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    names = [f"c{n}" for n in range(CONTAINERS)]
    subprocess.run(["sh", "-c", "; ".join(f"ip netns add {name}" for name in names)], check=True)
    lines = ["link set lo up", "link add br0 type bridge", "link set br0 up", "address add 10.0.0.1/16 dev br0"]
    for n, name in enumerate(names):
        lines += [f"link add v{n} type veth peer name eth0 netns {name}", f"link set v{n} master br0 up"]
    lines += ["link add vx type vxlan id 1 dstport 8472 local 10.0.0.1 nolearning", "link set vx up"]
    for n in range(PEERS):
        net, mac = f"10.{100 + n // 250}.{n % 250}", f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}"
        lines += [
            f"neigh add {net}.0 lladdr {mac} dev vx nud permanent",
            f"route add {net}.0/24 via {net}.0 dev vx onlink",
        ]
    batch("ip", lines)
    batch("bridge", [
        f"fdb add 02:00:00:00:{n >> 8:02x}:{n & 255:02x} dev vx dst 192.168.{n >> 8}.{n & 255} self permanent"
        for n in range(PEERS)
    ])  # fmt: skip
    for n, name in enumerate(names):
        inner = ["link set lo up", "link set eth0 up", f"address add 10.0.{1 + n // 250}.{1 + n % 250}/16 dev eth0"]
        batch("ip", [*inner, "route add default via 10.0.0.1"], "-n", name)
    return names


def batch(program: str, lines: list[str], *options: str) -> None:
    """Run many lines of ip or bridge."""
    subprocess.run([program, *options, "-batch", "-"], input="\n".join(lines), text=True, check=True)


def requests() -> dict[int, list[tuple[int, int, bytes]]]:
    """Return what a capture asks the kernel for, as (protocol, kind, payload) by namespace."""
    asked: dict[int, list[tuple[int, int, bytes]]] = {}
    protocols: dict[int, int] = {}
    make, take = Netlink.__init__, Netlink.dump

    def made(self: Netlink, protocol: int, *, strict: bool = False) -> None:
        make(self, protocol, strict=strict)
        protocols[id(self)] = protocol

    def dumped(self: Netlink, kind: int, payload: bytes) -> list[bytes]:
        inode = Path("/proc/thread-self/ns/net").stat().st_ino
        asked.setdefault(inode, []).append((protocols[id(self)], kind, payload))
        return take(self, kind, payload)

    with mock.patch.object(Netlink, "__init__", made), mock.patch.object(Netlink, "dump", dumped):
        library()
    return asked


def bare(names: list[str], asked: dict[int, list[tuple[int, int, bytes]]]) -> None:
    """Receive the same dumps in every namespace, and decode nothing."""

    def dump_all(dumps: list[tuple[int, int, bytes]]) -> None:
        sockets: dict[int, Netlink] = {}
        for protocol, kind, payload in dumps:
            if protocol not in sockets:
                sockets[protocol] = Netlink(protocol)
            sockets[protocol].dump(kind, payload)
        for socket in sockets.values():
            socket.close()

    with Visitor() as visitor:
        for path in ("/proc/self/ns/net", *(f"/run/netns/{name}" for name in names)):
            descriptor = os.open(path, os.O_RDONLY)
            dumps = asked[os.fstat(descriptor).st_ino]
            visitor.inside(descriptor, partial(dump_all, dumps))
            os.close(descriptor)


def by_commands(names: list[str]) -> None:
    """Take the same by ``ip -j`` and ``bridge -j``, one process for each namespace and table."""
    for name in (None, *names):
        where = ["-n", name] if name else []
        for words in IP_TABLES:
            subprocess.run(["ip", *where, "-j", *words.split()], check=True, capture_output=True)
        subprocess.run(["bridge", *where, "-j", "fdb", "show"], check=True, capture_output=True)


def as_dockerveth(names: list[str]) -> None:
    """Pair as dockerveth does: one ``ip netns exec`` for each container, without its ``docker inspect``."""
    for name in names:
        subprocess.run(["ip", "netns", "exec", name, "ip", "link", "show", "eth0"], check=True, capture_output=True)
        subprocess.run(["ip", "link", "show"], check=True, capture_output=True)


def library() -> int:
    """Capture the node and return how many rows it has."""
    return sum(sum(1 for _ in getattr(part, "rows", ())) for part in capture(lambda: ()))


def node() -> None:
    """Measure the node with many containers and peers."""
    names = build()
    heading(f"a live node: {CONTAINERS} containers on a bridge, {PEERS:,} VXLAN peers")
    asked = requests()
    dumps = median(lambda: bare(names, asked))
    row(f"bare netlink dumps, {sum(map(len, asked.values())):,} of them", f"{1000 * dumps:.0f} ms")
    taken = median(library)
    row(f"podpath's capture, {library():,} rows", f"{1000 * taken:.0f} ms", f"{taken / dumps:.1f} × the bare dumps (target 2 ×)")
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "podpath", "collect", "-o", f"{folder}/n.podpath"]
        whole = median(lambda: subprocess.run(words, check=True, capture_output=True))
    row("podpath collect, the whole command", f"{1000 * whole:.0f} ms", "(target 600 ms)")
    start = time.perf_counter()
    by_commands(names)
    rival = time.perf_counter() - start
    row(
        "ip -j and bridge -j in each namespace",
        f"{1000 * rival:.0f} ms",
        f"{rival / taken:.0f} × podpath's capture (target 10 ×)",
    )
    with this_node() as store:
        paired = median(lambda: attachments(store))
        assert sum(found.bridge == "br0" for found in attachments(store)) == CONTAINERS
    start = time.perf_counter()
    as_dockerveth(names)
    rival = time.perf_counter() - start
    against = f"dockerveth's way: {1000 * rival:.0f} ms, {rival / paired:.0f} × (target 50 ×)"
    row(f"pairing of {CONTAINERS} containers", f"{1000 * paired:.0f} ms", against)
    row("the same, with the capture", f"{1000 * (paired + taken):.0f} ms", f"{rival / (paired + taken):.0f} ×")


def memory() -> None:
    """Measure the memory that many routes take."""
    batch("ip", ["link set lo up", "link add v0 type veth peer name v1", "link set v0 up", "link set v1 up"])
    batch("ip", ["address add 10.1.0.1/24 dev v0"])
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "routes"
        prefixes = (f"{20 + n // 62500}.{n // 250 % 250}.{n % 250}.0/24" for n in range(ROUTES))
        lines.write_text("".join(f"route add {prefix} via 10.1.0.2\n" for prefix in prefixes))
        whole = [sys.executable, "-c", WHOLE, f"{folder}/n.podpath"]
        few = int(subprocess.run(whole, check=True, capture_output=True, text=True).stdout)
        done = subprocess.run([sys.executable, "-c", MEMORY, str(lines)], check=True, capture_output=True, text=True)
        many = int(subprocess.run(whole, check=True, capture_output=True, text=True).stdout)
    count, grown = map(int, done.stdout.split())
    assert count >= ROUTES
    heading(f"memory for {ROUTES:,} routes, over the interpreter's own")
    row("the capture: peak for each route", f"{grown / ROUTES:.0f} bytes", "(target 300)")
    row("podpath collect, file written", f"{(many - few) / ROUTES:.0f} bytes", "")


def main(words: list[str]) -> None:
    """Measure and print."""
    if words:
        {"node": node, "memory": memory}[words[0]]()
    elif os.geteuid() != 0:
        print("needs root, to make network namespaces")
    else:
        apart("node")
        apart("memory")


if __name__ == "__main__":
    main(sys.argv[1:])
