"""The lab: up, down, a fault, the matrix; a large one; and a thousand labs, one after the other, that leave nothing."""

import sys
import time
from pathlib import Path

from benchmarks.measure import heading, median, row
from podpath import lab
from podpath.lab.faults import run
from podpath.lab.matrix import measure

CYCLES = 1000


def up_and_down(topology: str, nodes: int | None = None, pods: int | None = None, runs: int = 5) -> tuple[float, float]:
    """Return the median times of building a lab and of taking it away."""
    ups, downs = [], []
    for _ in range(runs):
        start = time.perf_counter()
        made = lab.cluster(topology, nodes=nodes, pods=pods)
        middle = time.perf_counter()
        made.down()
        ups.append(middle - start)
        downs.append(time.perf_counter() - middle)
    return sorted(ups)[runs // 2], sorted(downs)[runs // 2]


def what_is_there() -> dict[str, int]:
    """Return what labs could leave behind: their processes, namespaces and mounts in the kernel's own count, memory."""
    commands = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                commands.append((process / "cmdline").read_bytes())
            except OSError:
                continue
    found = {"processes of labs": sum(b"podpath.lab.supervisor" in command for command in commands)}
    try:
        slabs = {line.split()[0]: int(line.split()[1]) for line in Path("/proc/slabinfo").read_text("ascii").splitlines()[2:]}
        found |= {
            f"{name} objects (slabinfo)": slabs[name] for name in ("net_namespace", "pid_namespace", "mnt_cache") if name in slabs
        }
    except OSError:
        pass  # only root may read it
    memory = dict(line.split()[:2] for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    return found | {"kernel memory, kB (Slab)": int(memory["Slab:"])}


def cycles(count: int) -> None:
    """Build and drop a small lab many times, and print what is there before and after."""
    up_and_down("flannel-vxlan", 1, 1, 20)  # modules, caches
    time.sleep(2)
    before = what_is_there()
    start = time.perf_counter()
    for _ in range(count):
        lab.cluster("flannel-vxlan", nodes=1, pods=1).down()
    took = time.perf_counter() - start
    time.sleep(5)  # the kernel frees network namespaces in the background
    after = what_is_there()
    row(f"{count:,} labs up and down", f"{took:.0f} s, {took / count * 1000:.0f} ms each")
    for name, value in before.items():
        row(f"  {name}, before and after", f"{value:,} / {after[name]:,}")


def main() -> None:
    """Measure and print."""
    heading("the lab")
    for topology, nodes, pods, target in (
        ("flannel-vxlan", 3, 6, "1 s / 0.3 s"),
        ("canal", None, None, ""),
        ("flannel-vxlan", 20, 200, "20 s"),
    ):
        up, down = up_and_down(topology, nodes, pods, 3 if nodes else 5)
        size = f", {nodes} nodes, {pods} pods" if nodes else ", 3 nodes, 16 pods"
        row(f"{topology}{size}: up / down", f"{up:.2f} s / {down:.3f} s", f"target {target}" if target else "")
    with lab.cluster("flannel-vxlan") as made:
        row("matrix of 10 ends, 540 probes, healthy", f"{median(lambda: measure(made)):.2f} s")
        for name in ("vtep-mac-mismatch", "ip-forward-off", "device-down"):
            injected, mended = [], []
            for _ in range(5):
                start = time.perf_counter()
                run.inject(made, name)
                middle = time.perf_counter()
                run.mend(made)
                injected.append(middle - start)
                mended.append(time.perf_counter() - middle)
            row(f"{name}: inject / mend", f"{sorted(injected)[2] * 1000:.0f} / {sorted(mended)[2] * 1000:.0f} ms", "target 50 ms")
        run.inject(made, "vtep-mac-mismatch")
        row("matrix while a node is cut off", f"{median(lambda: measure(made, known=run.symptoms(made)), 3):.2f} s")
    cycles(int(sys.argv[1]) if len(sys.argv) > 1 else CYCLES)


if __name__ == "__main__":
    main()
