"""Readers: lines a second, from pasted lines to rows; `jc` beside them where it has a parser for the same text."""

import importlib
import json
from collections.abc import Callable
from functools import partial

from benchmarks.measure import heading, median, row
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef

LINES = 100_000
RIVALS = {"ip route": "ip_route", "arp": "arp", "route": "route"}


def ip(i: int) -> str:
    """Return the i-th address of a large network."""
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


def mac(i: int) -> str:
    """Return the i-th MAC."""
    return f"0a:58:{i >> 24 & 255:02x}:{i >> 16 & 255:02x}:{i >> 8 & 255:02x}:{i & 255:02x}"


HEAD = ["Kernel IP routing table", "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface"]
FORMS: dict[str, tuple[str, list[str], Callable[[int], str]]] = {
    "ip route": ("ip route", [], lambda i: f"{ip(i * 256)}/24 via {ip(i * 256)} dev flannel.1 onlink"),
    "ip neigh": ("ip neigh", [], lambda i: f"{ip(i)} dev flannel.1 lladdr {mac(i)} PERMANENT"),
    "bridge fdb": ("bridge fdb", [], lambda i: f"{mac(i)} dev flannel.1 dst {ip(i)} self permanent"),
    "route": ("route -n", HEAD,
              lambda i: f"{ip(i * 256):<16}{ip(i * 256):<16}255.255.255.0   UG    0      0        0 flannel.1"),
    "arp": ("arp -an", [], lambda i: f"? ({ip(i)}) at {mac(i)} [ether] PERM on flannel.1"),
}  # fmt: skip
DOCUMENTS: dict[str, Callable[[int], dict[str, object]]] = {
    "ip route": lambda i: {"dst": f"{ip(i * 256)}/24", "gateway": ip(i * 256), "dev": "flannel.1", "flags": ["onlink"]},
    "ip neigh": lambda i: {"dst": ip(i), "dev": "flannel.1", "lladdr": mac(i), "state": ["PERMANENT"]},
    "bridge fdb": lambda i: {"mac": mac(i), "ifname": "flannel.1", "dst": ip(i), "flags": ["self"], "state": "permanent"},
}


def read_text(lines: list[str]) -> int:
    """Return the number of rows of a pasted text."""
    count = 0
    for part in Transcript("bench", NodeRef("bench")).read(lines):
        assert isinstance(part, Section)
        assert part.reader.read is not None
        count += sum(1 for _ in part.reader.read(part.words, part.lines))
    return count


def read_json(lines: list[str]) -> int:
    """Return the number of rows of a pasted document."""
    (part,) = Transcript("bench", NodeRef("bench")).read(lines)
    assert isinstance(part, Section)
    assert part.reader.read_json is not None
    return sum(1 for _ in part.reader.read_json(part.words, part.document))


def main() -> None:
    """Measure and print."""
    heading(f"readers, {LINES:,} lines, transcript and rows")
    for name, (command, head, line) in FORMS.items():
        body = [line(i) for i in range(LINES)]
        lines = [f"$ {command}", *head, *body]
        assert read_text(lines) == LINES
        seconds = median(partial(read_text, lines), 3)
        row(f"{command}, text", f"{LINES / seconds:,.0f} lines/s", rival(name, [*head, *body], seconds))
    for name, make in DOCUMENTS.items():
        lines = [f"$ {name.replace(' ', ' -j ', 1)}", json.dumps([make(i) for i in range(LINES)])]
        assert read_json(lines) == LINES
        seconds = median(partial(read_json, lines), 3)
        row(f"{name}, JSON", f"{LINES / seconds:,.0f} rows/s")


def rival(name: str, lines: list[str], seconds: float) -> str:
    """Return how jc, where it is installed, does on a part of the same lines."""
    module = RIVALS.get(name)
    try:
        jc = importlib.import_module("jc")
    except ImportError:
        return "(pip install jc to compare)" if module else ""
    if module is None:
        return "jc has no parser"
    part = "\n".join(lines[: LINES // 10])
    theirs = median(lambda: jc.parse(module, part, quiet=True), 3) * 10
    return f"jc: {LINES / theirs:,.0f} lines/s, {theirs / seconds:.1f} x our time"


if __name__ == "__main__":
    main()
