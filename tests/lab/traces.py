"""Finding out whether anything of a lab is left."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from podpath.lab.client import Cluster


def namespaces(cluster: Cluster) -> set[str]:
    """Return the network namespaces of a lab (``net:[4026532…]``)."""
    words = ["sh", "-c", "readlink /proc/[0-9]*/ns/net"]
    return {line for node in ("sw", *(n.name for n in cluster.plan.nodes)) for line in cluster.run(node, words).out.split()}


def lived_in() -> set[str]:
    """Return the network namespaces that processes of this machine are in."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.add((process / "ns/net").readlink().name)
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until something holds; answer whether it does."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def with_mark(mark: str) -> list[str]:
    """Return the processes of this machine that have inherited an environment with a mark in it, by what they call themselves."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "comm").read_text(encoding="utf-8").strip())
    return found
