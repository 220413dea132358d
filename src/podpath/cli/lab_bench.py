"""``podpath lab bench``: a score for whoever finds and fixes the faults of the lab: an agent, a script, podpath itself."""

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import speaks_unicode, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from podpath.lab.bench import Answer, Score
    from podpath.lab.client import Cluster
    from podpath.state.finding import Finding
    from podpath.state.fix import Fix

SCHEMA: Final = "podpath.lab-bench/1"
_COLLECTING: Final = 120.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument("--tasks", type=int, default=10, metavar="N", help="number of tasks (default: 10)")
    parser.add_argument("--seed", type=int, metavar="N", help="seed that makes the tasks repeatable (default: a random one)")
    parser.add_argument("--topologies", metavar="NAMES", help="topologies of the labs, separated by commas")
    parser.add_argument("--limit", type=float, default=300, metavar="SECONDS", help="time for one answer (default: 300)")
    parser.add_argument(
        "solver",
        nargs=argparse.REMAINDER,
        metavar="-- SOLVER",
        help="a program that reads a task (JSON) from standard input and prints its answer (JSON); default: podpath itself",
    )


def run(options: argparse.Namespace) -> int:
    """Run the verb and return the exit code: 1 if a cause was not named or a lab was not fixed."""
    from podpath.lab.bench import TOPOLOGIES, scores
    from podpath.lab.load import load

    words = options.solver[1:] if options.solver[:1] == ["--"] else options.solver
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 1 << 31)
    names = options.topologies.split(",") if options.topologies else TOPOLOGIES
    for name in names:
        load(name)
    if options.tasks < 1:
        raise UserError("--tasks must be at least 1")

    def solver(task: dict[str, Any], lab: "Cluster") -> "Answer":
        return _of_program(words, task, options.limit) if words else _of_podpath(task, lab)

    found = []
    text = options.format == "text"
    if text:
        from podpath.report.words import plural

        write(f"seed {seed}, {plural(options.tasks, 'task')}\n")
    for score in scores(solver, options.tasks, seed, names):
        found.append(score)
        if text:
            write(_line(score))
            sys.stdout.flush()
    if text:
        write(_total(found))
    else:
        from podpath.report.json_text import json_text

        write(json_text({"schema": SCHEMA, "seed": seed, "scores": [_fields(score) for score in found]}))
    return int(any(not score.named or score.fixed is False for score in found))


def _fields(score: "Score") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(score)


def _line(score: "Score") -> str:
    from podpath.report.signs import signs

    sign = signs(unicode=speaks_unicode(sys.stdout))
    said = {True: sign["ok"], False: sign["bad"], None: "-"}
    named = f"{said[score.named]} named" + ("" if score.named else f" {score.cause or 'nothing'}")
    fixed = f"{said[score.fixed]} {'fixed' if score.fixed is not None else 'no pair is broken'}"
    error = f"; {score.error.splitlines()[0][:100]}" if score.error else ""
    return f"{score.task:>3}  {score.topology}: {score.fault} on {score.node}: {named}, {fixed}, {score.seconds:.1f} s{error}\n"


def _total(found: "Sequence[Score]") -> str:
    asked = [score.fixed for score in found if score.fixed is not None]
    named = sum(score.named for score in found)
    return f"named {named} of {len(found)}, fixed {sum(asked)} of {len(asked)}\n"


def _of_program(words: list[str], task: dict[str, Any], limit: float) -> "Answer":
    """Return what a program answers.

    Raises:
        SolverError: it failed, took too long, or printed something else.
        UserError: it cannot be started.
    """
    from podpath.lab.bench import SolverError, answered

    try:
        done = subprocess.run(  # noqa: S603 - the person's own program
            words, input=json.dumps(task), capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise SolverError(f"no answer within {limit:g} s") from None
    except OSError as error:
        raise UserError(f"{words[0]}: {error.strerror or error}") from None
    if done.returncode:
        raise SolverError(f"exit status {done.returncode}: {done.stderr.strip()[-200:]}")
    try:
        return answered(json.loads(done.stdout))
    except ValueError as error:
        raise SolverError(f"the answer is no JSON ({error})") from None


def _of_podpath(task: dict[str, Any], lab: "Cluster") -> "Answer":
    """Return what podpath answers: a capture of each node, the checks, and a trace of a pair that fails.

    Raises:
        SolverError: a node could not be captured.
    """
    from podpath import api
    from podpath.lab.bench import Answer, Command
    from podpath.snapshot import leftovers
    from podpath.state.finding import Severity

    with leftovers.folder() as folder, api.load(*_captured(lab, folder)) as snapshot:
        # Checks find roots; where they find none that breaks anything, the trace of a pair that fails may.
        found = api.check(snapshot).findings
        grave = next((one for one in found if one.severity is Severity.ERROR), None)
        finding = grave or _traced(snapshot, task["symptoms"]) or next(iter(found), None)
    if finding is None:
        return Answer()
    steps = [step.command for step in _first_way(finding.fix) if step.command is not None]
    return Answer(finding.check, tuple(Command(step.node or finding.node, step.text) for step in steps))


def _captured(lab: "Cluster", folder: Path) -> list[Path]:
    from podpath.lab.bench import SolverError

    files = []
    for node in lab.plan.cluster_nodes:
        file = folder / f"{node.name}.podpath"
        words = [sys.executable, "-m", "podpath", "collect", "-o", str(file)]
        done = lab.start(node.name, words, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}).wait(_COLLECTING)
        if done.code:
            raise SolverError(f"{node.name} could not be captured: {done.err.strip()}")
        files.append(file)
    return files


def _traced(snapshot: Any, symptoms: list[dict[str, Any]]) -> "Finding | None":  # noqa: ANN401 - the API's, imported late
    """Return the cause that the trace of a failing pair ends with, or None if none does."""
    from podpath import api

    for symptom in symptoms:
        source = symptom["source"].rpartition("/")[2]
        try:
            found = api.trace(snapshot, source, symptom["address"], proto=symptom["protocol"], port=symptom["port"])
        except UserError:
            continue
        if found.cause is not None:
            return found.cause
    return None


def _first_way(fix: "Sequence[Fix]") -> "list[Fix]":
    """Return the steps of a fix up to the first alternative."""
    steps: list[Fix] = []
    for step in fix:
        if step.instead and any(one.command is not None for one in steps):
            break
        steps.append(step)
    return steps
