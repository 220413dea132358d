"""The faults of the lab as a benchmark: a solver gets a broken lab and its symptoms, and answers with the cause and a fix.

A score has two parts, and packets decide: the named cause is the fault that was injected, and after the solver's commands each
pair of ends that should reach each other does.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from podpath.lab import cluster
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.matrix import Cell, measure

SCHEMA: Final = "podpath.lab-bench-task/1"
TOPOLOGIES: Final = ("canal", "flannel-vxlan", "calico-bgp", "docker", "kube-proxy-iptables", "flannel-hostgw")
"""Topologies of the tasks, in turn; each takes a second or two to build."""
_SHOWN: Final = 12
_LIMIT: Final = 20.0
"""Seconds that one command of a fix may take."""
_MOST: Final = 50
"""Maximum number of commands in a fix."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a fix.

    Attributes:
        where: the place that it runs in, as of ``podpath lab exec``.
        command: the command, for a shell.
    """

    where: str
    command: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver says.

    Attributes:
        cause: name of a fault; empty if it knows none.
        fix: commands, in order.
    """

    cause: str = ""
    fix: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What an answer is worth.

    Attributes:
        task: number of the task, from 1.
        topology: of the lab.
        fault: the fault that was injected.
        node: where.
        cause: what the solver named.
        named: it is the fault.
        fixed: after the commands, every pair of ends that should reach each other does, or None if the fault breaks no pair.
        seconds: time that the solver took.
        error: why there is no answer, or why a command of it failed; empty if neither.
    """

    task: int
    topology: str
    fault: str
    node: str
    cause: str
    named: bool
    fixed: bool | None
    seconds: float
    error: str = ""


class SolverError(Exception):
    """A solver that gave no answer, with the reason."""


Solver = Callable[[dict[str, Any], Cluster], Answer]


def answered(document: object) -> Answer:
    """Return the answer that a solver printed.

    Args:
        document: decoded JSON: ``{"cause": NAME, "fix": [{"where": PLACE, "command": COMMAND}]}``; both may be missing.

    Raises:
        SolverError: it is something else.
    """
    match document:
        case {**fields} if set(fields) <= {"cause", "fix"}:
            cause, fix = fields.get("cause", ""), fields.get("fix", [])
        case _:
            raise SolverError("the answer is no JSON object with the keys cause and fix alone")
    if not isinstance(cause, str) or not isinstance(fix, list) or len(fix) > _MOST:
        raise SolverError(f"cause must be a text, and fix a list of at most {_MOST} commands")
    commands = []
    for one in fix:
        match one:
            case {"where": str(where), "command": str(command), **rest} if not rest:
                commands.append(Command(where, command))
            case _:
                raise SolverError("each command of fix must be an object with the texts where and command")
    return Answer(cause, tuple(commands))


def scores(solver: Solver, tasks: int, seed: int, topologies: Sequence[str] = TOPOLOGIES) -> Iterator[Score]:
    """Build, break, ask and score, one task after the other; the same seed gives the same tasks.

    Args:
        solver: gets the task's document and the lab.
        tasks: number of tasks.
        seed: makes the tasks repeatable.
        topologies: names of topologies, in turn.

    Raises:
        LabError: a lab cannot be built here.
    """
    for number in range(1, tasks + 1):
        chosen = topologies[(number - 1) % len(topologies)]
        name = f"bench-{seed}-{number}"
        with cluster(chosen, name=name, limit=1800) as lab:
            try:
                yield _score(solver, lab, name, chosen, number, random.Random(f"{seed}-{number}").randrange(1 << 30))  # noqa: S311
            finally:
                lab.down()


def _score(solver: Solver, lab: Cluster, name: str, topology: str, number: int, seed: int) -> Score:
    made = run.at_random(lab, seed)
    broken = measure(lab, known=run.symptoms(lab)).unexpected
    began = time.perf_counter()
    answer, error = Answer(), ""
    try:
        answer = solver(_document(lab, name, broken), lab)
    except SolverError as failed:
        error = str(failed)
    seconds = time.perf_counter() - began
    fixed = None
    if broken:
        error = error or _typed(lab, answer.fix)
        fixed = bool(answer.fix) and measure(lab).green
    return Score(number, topology, made.name, made.node, answer.cause, answer.cause == made.name, fixed, round(seconds, 2), error)


def _document(lab: Cluster, name: str, broken: Sequence[Cell]) -> dict[str, Any]:
    """Return the task for a solver: the symptoms, where to look, and the faults that are possible, without the answer."""
    plan = lab.plan
    ports = {end.name: end.ports for end in plan.targets}
    return {
        "schema": SCHEMA,
        "lab": name,
        "look": f"podpath lab exec --lab {name} PLACE COMMAND",
        "places": [place for node in plan.nodes for place in (node.name, *(f"{node.name}/{pod.name}" for pod in node.pods))],
        "symptoms": [_symptom(cell, ports[cell.target]) for cell in broken[:_SHOWN]],
        "causes": sorted(fault for fault, reason in run.suitable(lab).items() if not reason),
    }


def _symptom(cell: Cell, ports: Mapping[str, int]) -> dict[str, Any]:
    """Return a probe that failed, or was answered although it should not be: then ``error`` is empty."""
    protocol, _, size = cell.probe.partition(" ")
    port = ports[protocol] if protocol != "icmp" else None
    return {"source": cell.source, "target": cell.target, "address": cell.address, "protocol": protocol, "port": port,
            "size": size, "error": cell.error}  # fmt: skip


def _typed(lab: Cluster, fix: Sequence[Command]) -> str:
    """Run the commands of a fix; return what the first one that failed said."""
    for one in fix:
        try:
            done = lab.run(one.where, ["sh", "-c", one.command], timeout=_LIMIT)
        except (LabError, TimeoutError) as error:
            return f"{one.where}: {error}"
        if done.code:
            return f"{one.where}: {one.command}: {done.err.strip() or f'exit status {done.code}'}"
    return ""
