"""Network policies of a large cluster by their objects, and of a thousand small ones beside cyclonus.

The list of pods is what ``kubectl get pods -A -o json`` prints of pods with one container, without its status; a real one is
longer, which costs decoding alone. The matcher of cyclonus is built from ``tools/policies`` where Go and its modules can be had.
"""

import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks.measure import heading, row
from podpath.cli.kube import load_list
from podpath.policy.ends import Flow
from podpath.policy.objects import Objects
from podpath.policy.policed import policed
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text, parse_ip
from tests.policy.clusters import namespace, netpol, node, pod, snapshot
from tests.policy.sets import SETS, Made, letters, recorded
from tests.policy.test_judge import quickly

NODES, PODS, NAMESPACES, TEAMS = 5_000, 150_000, 500, 20
FIRST = parse_ip("10.0.0.1")
KEPT = {"nodes": "nodes", "namespaces": "namespaces", "pods": "pods -A", "networkpolicies": "networkpolicies -A"}
PAIRED, POLICIES = 300, 100


def address(at: int) -> str:
    """Return the address of a pod."""
    return ip_text(Ip(FIRST + at))


def objects() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what each list holds."""
    yield "nodes", [node(f"node-{at}", f"172.16.{at // 250}.{1 + at % 250}") for at in range(NODES)]
    yield "namespaces", [namespace(f"space-{at}", team=f"t{at % TEAMS}") for at in range(NAMESPACES)]
    pods = []
    for at in range(PODS):
        app = f"app-{at % 40}"
        one = pod(
            f"space-{at % NAMESPACES}/{app}-{at}", address(at), node=f"node-{at % NODES}", labels={"app": app, "tier": "web"}
        )
        one["spec"]["containers"] = [{"name": app, "image": app, "ports": [{"containerPort": 8080, "name": "http"}]}]
        pods.append(one)
    yield "pods", pods
    yield "networkpolicies", [policy(f"space-{at}/p{number}", number) for at in range(NAMESPACES) for number in range(4)]


def policy(name: str, number: int) -> dict[str, Any]:
    """Return a policy that lets some pods in, from some namespaces, on a port with a name."""
    peer = {"namespaceSelector": {"matchLabels": {"team": f"t{number}"}}, "podSelector": {"matchLabels": {"tier": "web"}}}
    chosen = {"matchLabels": {"app": f"app-{number}"}}
    return netpol(name, podSelector=chosen, policyTypes=["Ingress"], ingress=[{"from": [peer], "ports": [{"port": "http"}]}])


def written(folder: Path) -> dict[str, Path]:
    """Write the lists."""
    files = {}
    for name, listed in objects():
        files[name] = folder / f"{name}.json"
        files[name].write_bytes(orjson.dumps({"apiVersion": "v1", "kind": "List", "items": listed}))
    return files


def took(work: Callable[[], object]) -> tuple[float, str]:
    """Return the seconds of one run, and the processor's time of it in words: this machine may not be alone."""
    began, used = time.perf_counter(), cpu()
    work()
    return time.perf_counter() - began, f"CPU {cpu() - used:.2f} s"


def cpu() -> float:
    """Return the processor's time of this process, and of those that it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def large(folder: Path) -> None:
    """Load the lists, and ask; in a process of its own, for its memory."""
    files = {name: folder / f"{name}.json" for name in KEPT}
    heading(f"policies of {NODES:,} nodes, {PODS:,} pods, {NAMESPACES * 4:,} policies")

    def load(*names: str) -> None:
        for name in names:
            assert load_list(store, ["kubectl", "get", *KEPT[name].split(), "-o", "json"], files[name]) is None
        store.flush()

    with Store() as store:
        store.connection.execute("SET threads = 2")
        pods = files["pods"]
        timed(
            "for comparison: decoding the list of pods alone",
            lambda: orjson.loads(pods.read_bytes()),
            f"{pods.stat().st_size / 1e6:.0f} MB",
        )
        timed("loading the pods", lambda: load("pods"), "target 5 s")
        timed("loading all else", lambda: load(*(name for name in KEPT if name != "pods")))
        chance = random.Random(1)
        flows = [[parse_ip(address(chance.randrange(PODS))) for _ in range(2)] for _ in range(20)]
        known = Objects(store)
        timed("the first question", lambda: ask(known, *flows[0]))
        timed("twenty further ones", lambda: [ask(known, *flow) for flow in flows])
        timed("all pods, with labels and ports", lambda: Objects(store).pods)
    row("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def timed(name: str, work: Callable[[], object], more: str = "") -> None:
    """Do something once, and print how long it took."""
    wall, used = took(work)
    row(name, f"{wall:.2f} s", ", ".join(filter(None, (used, more))))


def ask(known: Objects, source: Ip, destination: Ip) -> object:
    """Ask what policies say of one flow."""
    return policed(known, Flow(known.end(source), known.end(destination), "TCP", 8080))


def pairs() -> None:
    """All pairs of some pods under many policies."""
    spaces = [namespace(f"space-{at}", team=f"t{at % 5}") for at in range(10)]
    pods = [
        pod(f"space-{at % 10}/app-{at}", address(at), labels={"app": f"app-{at % 10}", "tier": "web"}) for at in range(PAIRED)
    ]
    policies = [policy(f"space-{at % 10}/p{at}", at // 10) for at in range(POLICIES)]
    addresses = [parse_ip(address(at)) for at in range(PAIRED)]
    with snapshot([*spaces, *pods, *policies]) as store:

        def all_pairs() -> None:
            known = Objects(store)
            for source in addresses:
                for destination in addresses:
                    ask(known, source, destination)

        heading(f"all pairs of {PAIRED} pods under {POLICIES} policies")
        timed(f"{PAIRED * PAIRED:,} flows, both directions", all_pairs)


def sets(folder: Path) -> None:
    """The recorded random sets, beside the matcher of cyclonus."""
    made = [Made(seed) for seed in range(SETS)]
    heading(f"{SETS:,} random sets with {len(made[0].flows)} flows each, from objects to answers")
    known = recorded()
    right = sum(quickly(one) == answer for one, answer in zip(made, known, strict=True))
    timed("podpath", lambda: [quickly(one) for one in made], f"{right:,} of {SETS:,} as recorded")
    source, oracle = Path(__file__).parents[1] / "tools" / "policies", folder / "policies"
    if shutil.which("go") is None or subprocess.run(["go", "build", "-o", oracle, "."], cwd=source, check=False).returncode:
        row("cyclonus", "cannot be built here")
        return
    asked = "\n".join(json.dumps(one.question()) for one in made)

    def answered() -> str:
        return subprocess.run([oracle], input=asked, capture_output=True, text=True, check=True).stdout

    right = sum(letters(json.loads(line)) == answer for line, answer in zip(answered().splitlines(), known, strict=True))
    timed("cyclonus 0.5.6 (Go), its process included", answered, f"{right:,} of {SETS:,} as recorded")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        large(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            written(Path(made))
            subprocess.run([sys.executable, "-m", "benchmarks.bench_policies", made], check=True)
            pairs()
            sets(Path(made))
