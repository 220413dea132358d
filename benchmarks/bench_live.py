"""Watching the kernel: time until ready, what bystanders pay, what is lost; beside bpftrace, where it is installed.

Everything runs in two namespaces of its own with a cable between them. What a bystander pays is the processor time of the
kernel for each packet that it sends: on one machine the receiver's work is done by the sender's processor, and a busy machine
changes wall-clock times much more than that.
"""

import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.measure import heading, median, row
from podpath.netlink.namespace import Visitor
from podpath.probe.btf import load
from podpath.probe.flow import Flow
from podpath.probe.observation import Point
from podpath.probe.run import Place, Plan, observe
from podpath.probe.sender import Target
from podpath.probe.watcher import LARGE, Watcher

PACKETS: Final = 60_000
"""Packets of a bystander in one run."""
ROUNDS: Final = 9
RATE: Final = 80_000
_FLOW: Final = Flow(proto="icmp", mark=b"podpth")
_BPFTRACE: Final = (
    "tracepoint:net:net_dev_start_xmit { @[0] = count(); } tracepoint:net:netif_receive_skb { @[1] = count(); } "
    "tracepoint:skb:kfree_skb { @[2] = count(); }"
)


class _Names:
    def where(self, inode: int, number: int) -> Place:
        """Return a place."""
        return Place("n1", str(inode), str(number))


def build() -> tuple[int, int]:
    """Make two namespaces with a cable, and return their descriptors."""
    names = (f"lvb{os.getpid()}a", f"lvb{os.getpid()}b")
    for name in names:
        subprocess.run(["ip", "netns", "add", name], check=True)
    lines = f"link add e1 netns {names[0]} type veth peer name e2 netns {names[1]}"
    subprocess.run(["ip", *lines.split()], check=True)
    for number, name in enumerate(names, 1):
        for line in (f"address add 10.5.0.{number}/24 dev e{number}", f"link set e{number} up", "link set lo up"):
            subprocess.run(["ip", "-n", name, *line.split()], check=True)
    found = [os.open(f"/run/netns/{name}", os.O_RDONLY) for name in names]
    for name in names:
        subprocess.run(["ip", "netns", "del", name], check=True)  # they live as long as their descriptors
    return found[0], found[1]


def cost(visitor: Visitor, space: int, target: tuple[str, int]) -> float:
    """Return the microseconds of kernel time that a bystander's packet takes."""

    def work() -> float:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(target)
            data, send = b"x" * 64, sender.send
            before = resource.getrusage(resource.RUSAGE_THREAD).ru_stime
            for _ in range(PACKETS):
                send(data)
            return (resource.getrusage(resource.RUSAGE_THREAD).ru_stime - before) / PACKETS * 1e6

    return visitor.inside(space, work)


def paired(plain: Callable[[], float], watched: Callable[[], float]) -> tuple[float, float]:
    """Return the least of two measures that take turns: what else a machine does only adds to either."""
    both = [(plain(), watched()) for _ in range(ROUNDS)]
    return min(one for one, _ in both), min(two for _, two in both)


def bystander() -> None:
    """Measure what a bystander pays for a watch of another flow, and whether the probe's own packets are all seen."""
    left, right = build()
    with Visitor(2) as visitor, ExitStack() as stack:
        sink = visitor.inside(right, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        stack.callback(sink.close)
        visitor.inside(right, lambda: sink.bind(("10.5.0.2", 5000)))
        target = ("10.5.0.2", 5000)
        cost(visitor, left, target)

        def watched() -> float:
            with Watcher(flow=_FLOW):
                return cost(visitor, left, target)

        plain, with_us = paired(lambda: cost(visitor, left, target), watched)
        share = (with_us - plain) * RATE / 1e6
        row("a bystander's packet, kernel time", f"{plain:.2f} µs", f"watched: {with_us:.2f} µs")
        row(f"of a processor, at {RATE:,} packets/s", f"{share:.1%}")
        lost(visitor, left)
    os.close(left)
    os.close(right)


def lost(visitor: Visitor, left: int) -> None:
    """Send 100 probes while a bystander sends as fast as it may, and count what was seen of them."""
    stop = threading.Event()

    def flood() -> int:
        sent, began = 0, time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("10.5.0.2", 5000))
            while not stop.is_set():
                sender.send(b"x" * 64)
                sent += 1
                if sent % 1000 == 0 and sent > RATE * (time.monotonic() - began):
                    time.sleep(0.001)
        return int(sent / (time.monotonic() - began))

    rates: list[int] = []
    thread = threading.Thread(target=lambda: rates.append(visitor.inside(left, flood)))
    thread.start()
    seen = observe("icmp", Target("10.5.0.2"), lambda work: visitor.inside(left, work), _Names(), Plan(100, 0.005, 1))
    stop.set()
    thread.join()
    whole = sum(one.point is not Point.DROP for one in seen.passages)
    row(
        f"100 probes beside {rates[0]:,} packets/s",
        f"{whole} of 400 seen",
        f"{seen.lost} lost, {sum(not one.error for one in seen.results.values())} answered",
    )


def bpftrace() -> None:
    """Attach bpftrace to the same tracepoints, and end it at once."""
    mounted = 'mount -t tracefs tracefs /sys/kernel/tracing && exec bpftrace -c /bin/true -e "$0"'
    subprocess.run(["unshare", "-m", "sh", "-c", mounted, _BPFTRACE], capture_output=True, check=True, timeout=60)


def ready() -> None:
    """Measure the time until a watch sees its first packet."""
    row("the kernel's types read", f"{median(lambda: load().tracepoint('kfree_skb')) * 1000:.0f} ms")

    def watch() -> None:
        with Watcher(flow=_FLOW):
            pass

    row("ready, types included, and gone again", f"{median(watch) * 1000:.0f} ms")
    if shutil.which("bpftrace"):
        row("bpftrace, the same tracepoints", f"{median(bpftrace, 3) * 1000:.0f} ms")


def drops() -> None:
    """Measure how many drops each second `podpath drops` can take."""
    from podpath.probe.drops import Tally, Where

    with Visitor() as visitor, Watcher((Point.DROP,), size=LARGE) as watcher:
        left, right = build()

        def work() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(15_000):
                    try:
                        sender.sendto(b"x", ("10.5.0.1", 9))
                    except ConnectionRefusedError:
                        continue

        visitor.inside(left, work)
        tally = Tally(watcher.reason, str, lambda inode, number: Where(str(inode), str(number)))
        began, count = time.perf_counter(), 0
        for seen in watcher.observations(0):
            tally.add(seen)
            count += 1
        took = time.perf_counter() - began
        row("drops that are read and counted", f"{count / took:,.0f} /s", f"{watcher.count_lost()} of {count} lost")
        os.close(left)
        os.close(right)


def memory() -> None:
    """Measure the memory of a process that watches."""
    code = (
        "import re\nfrom podpath.probe.watcher import Watcher, LARGE\nwatcher = Watcher(size=LARGE)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    row("memory of a process that watches", f"{int(done.stdout) / 1024:.0f} MB")


def main() -> None:
    """Run all."""
    if os.geteuid() != 0 or not Path("/sys/kernel/btf/vmlinux").exists():
        print("bench_live needs root, and a kernel that describes its types")
        return
    heading("watching the kernel")
    ready()
    bystander()
    drops()
    memory()


if __name__ == "__main__":
    main()
