"""``podpath lab``: clusters of real network namespaces, to learn on, to break and to mend."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from podpath.api.errors import UserError
from podpath.cli import lab_bench
from podpath.cli.arguments import duration, names_of, speaks_unicode, write

if TYPE_CHECKING:
    from podpath.lab.client import Cluster
    from podpath.lab.faults.run import Broken

_EPILOG: Final = """\
The lab needs neither root nor a container engine, changes nothing on this machine, and leaves nothing behind.
  podpath lab up canal                        three nodes, sixteen pods, flannel's VXLAN between them
  podpath lab exec n1 ip neigh show dev flannel.1
  podpath lab matrix                          which pods reach each other, with real packets
  podpath lab break vtep-mac-mismatch         break it … podpath lab mend
  podpath lab quiz                            find out what is broken
"""
_Run = Callable[[argparse.Namespace], int]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "lab",
        help="build a real cluster of namespaces on this machine, break it, fix it",
        description="Builds real clusters of network namespaces on this machine, breaks them on demand, and removes them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    up = _verb(verbs, "up", _up, "build a lab")
    topology = up.add_argument(
        "topology", nargs="?", default="canal", help="name (podpath lab topologies) or a .yaml file; default: canal"
    )
    names_of(topology, "topologies")
    up.add_argument("--name", help="name of the lab (default: that of the topology)")
    up.add_argument("--nodes", type=_whole, metavar="N", help="number of nodes")
    up.add_argument("--pods", type=_whole, metavar="N", help="total number of pods")
    up.add_argument("--for", dest="limit", type=duration, metavar="TIME", help="remove the lab after this time: 30s, 20m, 2h")
    up.add_argument("--rootless", action="store_true", help="create a user namespace even as root")
    down = _verb(verbs, "down", _down, "remove labs")
    down.add_argument("names", nargs="*", metavar="LAB", help="names; may be omitted if one lab is up")
    down.add_argument("--all", action="store_true", help="all labs that are up")
    _verb(verbs, "list", _list, "labs that are up")
    run = _verb(verbs, "exec", _exec, "run a command on a node or in a pod", form=False)
    run.add_argument("where", help="n1, n1/p1 or p1, ext (the outside host), sw (the switch)")
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND", help="the command and its arguments")
    shell = _verb(verbs, "shell", _shell, "a shell on a node or in a pod", form=False)
    shell.add_argument("where", nargs="?", default="n1", help="as of exec; default: n1")
    for each in (run, shell):
        each.add_argument("--lab", metavar="LAB", help="name; may be omitted if one lab is up")
    matrix = _verb(verbs, "matrix", _matrix, "which pods reach each other, with real packets (exit status 1: some pairs failed)")
    matrix.add_argument("lab", nargs="?", metavar="LAB", help="name; may be omitted if one lab is up")
    matrix.add_argument("--from", dest="sources", default="*", metavar="ENDS", help="sources: n1/p1, pod, node, pod@n1 …")
    matrix.add_argument("--to", dest="targets", default="*", metavar="ENDS", help="destinations; service, too")
    build = _verb(verbs, "build", _build, "build the real programs that some topologies run (Kubernetes, etcd, flannel)")
    build.add_argument("programs", nargs="*", metavar="PROGRAM", help="default: all")
    _verb(verbs, "topologies", _topologies, "the topologies that can be built, and what this machine lacks for them")
    faults = _verb(verbs, "faults", _faults, "the faults that can be injected")
    faults.add_argument("lab", nargs="?", metavar="LAB", help="name; may be omitted if one lab is up")
    broken = _verb(verbs, "break", _break, "break a lab")
    names_of(broken.add_argument("names", nargs="*", metavar="[LAB] FAULT", help="podpath lab faults lists them"), "faults")
    broken.add_argument("--node", help="the node to break")
    broken.add_argument("--random", action="store_true", help="choose a random fault, and do not say which")
    broken.add_argument("--seed", type=int, metavar="N", help="seed that makes the random choice repeatable")
    mend = _verb(verbs, "mend", _mend, "undo faults", aliases=("fix",))
    names_of(mend.add_argument("names", nargs="*", metavar="[LAB] [FAULT]", help="default: all faults"), "faults")
    quiz = _verb(verbs, "quiz", _quiz, "a game: find out what is broken", form=False)
    quiz.add_argument("lab", nargs="?", metavar="LAB", help="name; may be omitted if one lab is up")
    quiz.add_argument("--seed", type=int, metavar="N", help="seed that makes the random choice repeatable")
    lab_bench.add_options(_verb(verbs, "bench", lab_bench.run, "a benchmark: how many faults a program names and fixes"))


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: _Run, words: str, *, form: bool = True,
    aliases: tuple[str, ...] = (),
) -> argparse.ArgumentParser:  # fmt: skip
    parser = verbs.add_parser(name, aliases=aliases, help=words, description=f"{words[0].upper()}{words[1:]}.")
    if form:
        parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output (default: text)")
    parser.set_defaults(run=_told(run))
    return parser


def _told(run: _Run) -> _Run:
    """Report errors as one sentence."""

    def guarded(options: argparse.Namespace) -> int:
        from podpath.lab.client import LabError
        from podpath.lab.reading import TopologyError

        try:
            return run(options)
        except (LabError, TopologyError, TimeoutError) as error:
            raise UserError(str(error)) from None

    return guarded


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number')
    return int(text)


def _json(verb: str, **fields: object) -> None:
    from podpath.report.json_text import json_text

    write(json_text({"schema": f"podpath.lab-{verb}/1", **fields}))


def _find(name: str | None) -> "Cluster":
    """Return the lab of a name, or the only one."""
    from podpath.lab.client import find, names

    if name is None:
        up = names()
        if len(up) != 1:
            hint = f"name one of {', '.join(up)}" if up else "`podpath lab up` builds one"
            raise UserError(f"{len(up) or 'no'} labs are up; {hint}")
        name = up[0]
    return find(name)


def _split(words: list[str]) -> tuple[str | None, str | None]:
    """Return lab and fault of ``[LAB] [FAULT]``."""
    from podpath.lab.client import names

    if len(words) > 2:  # noqa: PLR2004
        raise UserError(f"give a lab and a fault, not {len(words)} words")
    if len(words) == 2:  # noqa: PLR2004
        return words[0], words[1]
    if words and words[0] in names():
        return words[0], None
    return None, words[0] if words else None


def _up(options: argparse.Namespace) -> int:
    from podpath.lab import cluster
    from podpath.lab.load import load
    from podpath.lab.show import population

    started = time.perf_counter()
    name = options.name or load(options.topology).name
    made = cluster(options.topology, nodes=options.nodes, pods=options.pods, name=_checked(name), limit=options.limit,
                   rootless=options.rootless)  # fmt: skip
    took = time.perf_counter() - started
    plan = made.plan
    made.close()
    pods = sum(len(node.pods) for node in plan.nodes)
    if options.format == "json":
        nodes = [{"name": n.name, "kind": n.kind, "addresses": n.addresses, "pods": [
            {"name": p.name, "addresses": p.addresses} for p in n.pods]} for n in plan.nodes]  # fmt: skip
        _json("up", lab=name, title=plan.title, nodes=nodes, seconds=round(took, 3))
        return 0
    count = len(plan.cluster_nodes)
    lines = [f"{name} is up: {count} node{'s' * (count != 1)}, {pods} pod{'s' * (pods != 1)} ({took:.1f} s)", *population(plan)]
    first = plan.cluster_nodes[0].name
    lines += ["", f"look   podpath lab exec {first} ip route", "test   podpath lab matrix", f"end    podpath lab down {name}"]
    write("\n".join(lines) + "\n")
    return 0


def _checked(name: str) -> str:
    import re

    from podpath.lab.reading import NAME

    if not re.fullmatch(NAME, name):
        raise UserError(f'"{name}" is not a name for a lab: use lower-case letters, digits, dots and hyphens')
    return name


def _down(options: argparse.Namespace) -> int:
    from podpath.lab.client import find, names

    chosen = names() if options.all else options.names
    labs = [(name, find(name)) for name in chosen] if chosen or options.all else [("", _find(None))]
    for _, lab in labs:
        lab.down()
    if options.format == "json":
        _json("down", labs=[name for name, _ in labs if name])
    return 0


def _list(options: argparse.Namespace) -> int:
    from podpath.lab.client import LabError, find, names
    from podpath.lab.plan import Plan

    rows = []
    for name in names():
        try:
            found = find(name)
        except LabError:  # another user holds the name, or the lab ended meanwhile
            continue
        with found as lab:
            known = lab.describe()
        plan = Plan.of_message(known["plan"])
        rows.append({
            "name": name,
            "topology": known["topology"],
            "nodes": len(plan.cluster_nodes),
            "pods": sum(len(node.pods) for node in plan.nodes),
            "seconds": round(time.time() - known["since"]),
            "faults": len(known["notes"].get("faults", [])),
        })  # fmt: skip
    if options.format == "json":
        _json("list", labs=rows)
        return 0
    if not rows:
        write("no lab is up\n")
        return 0
    lines = [f"{'NAME':<20} {'TOPOLOGY':<20} NODES PODS FAULTS  UP"]
    lines += [
        f"{r['name']:<20} {r['topology']:<20} {r['nodes']:>5} {r['pods']:>4} {r['faults']:>6}  {r['seconds']} s" for r in rows
    ]
    write("\n".join(lines) + "\n")
    return 0


def _exec(options: argparse.Namespace) -> int:
    from podpath.lab import enter

    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise UserError(f"no command is given; `podpath lab shell {options.where}` starts a shell")
    return enter.run(_find(options.lab), options.where, words)


def _shell(options: argparse.Namespace) -> int:
    import os

    from podpath.lab import enter

    return enter.run(_find(options.lab), options.where, [os.environ.get("SHELL") or "/bin/sh"])


def _matrix(options: argparse.Namespace) -> int:
    from podpath.lab import show
    from podpath.lab.faults.run import symptoms
    from podpath.lab.matrix import measure

    with _find(options.lab) as lab:
        for words in (options.sources, options.targets):
            _known(lab, words)
        found = measure(
            lab,
            known=symptoms(lab),
            sources=lambda end: end.is_(options.sources),
            targets=lambda end: end.is_(options.targets),
        )
        plan = lab.plan
    if options.format == "json":
        cells = [
            {"from": c.source, "to": c.target, "address": c.address, "probe": c.probe, "error": c.error,
             "answered_by": c.answered_by, "seen_as": c.seen_as, "milliseconds": c.milliseconds, "expected": c.expected,
             "why": c.rule.why if c.rule else ""}
            for c in found.cells
        ]  # fmt: skip
        _json("matrix", green=found.green, cells=cells)
    else:
        write("\n".join(show.matrix(found, plan, show.Signs(unicode=speaks_unicode(sys.stdout)))) + "\n")
    return int(not found.green)


def _known(lab: "Cluster", words: str) -> None:
    strange = [word for word in words.split(",") if not any(end.is_(word) for end in lab.plan.targets)]
    if strange:
        names = ", ".join(end.name for end in lab.plan.targets[:8])
        raise UserError(f'nothing in this lab is called "{strange[0]}"; use {names} …, or words like pod, node, pod@n1')


def _build(options: argparse.Namespace) -> int:
    from podpath.lab.components.build import BuildError, build
    from podpath.lab.components.registry import SOURCES, path

    known = [name for source in SOURCES for name in source.programs]
    strange = [name for name in options.programs if name not in known]
    if strange:
        raise UserError(f'"{strange[0]}" is none of these programs: {", ".join(known)}')
    rows: list[dict[str, Any]] = []

    def told(name: str, seconds: float) -> None:
        rows.append({"name": name, "path": str(path(name)), "seconds": round(seconds)})
        if options.format == "text":
            write(f"{name:<24} {f'built in {seconds:.0f} s' if seconds else 'is there'}\n")
            sys.stdout.flush()

    try:
        build(options.programs or known, told=told)
    except BuildError as error:
        raise UserError(str(error)) from None
    if options.format == "json":
        _json("build", programs=rows)
    return 0


def _topologies(options: argparse.Namespace) -> int:
    from podpath.lab.compose import compose
    from podpath.lab.load import load, topologies
    from podpath.lab.requirements import missing_tools

    rows = [(name, load(name)) for name in topologies()]
    lacking = {name: missing_tools(compose(topology)) for name, topology in rows}
    if options.format == "json":
        _json("topologies", topologies=[{"name": name, "title": t.title, "missing": lacking[name]} for name, t in rows])
        return 0
    lines = []
    for name, topology in rows:
        lines.append(f"{name:<24} {topology.title}")
        unbuilt = [tool for tool in lacking[name] if tool.startswith("real:")]
        absent = [tool for tool in lacking[name] if tool not in unbuilt]
        if absent:
            lines.append(f"{'':<24} not on this machine: {', '.join(absent)} is missing")
        if unbuilt:
            lines.append(f"{'':<24} not built on this machine: `podpath lab build` builds what it runs")
    write("\n".join(lines) + "\n")
    return 0


def _faults(options: argparse.Namespace) -> int:
    from podpath.lab.client import names
    from podpath.lab.faults import run
    from podpath.lab.faults.registry import faults

    unfit: dict[str, str] = {}
    if options.lab or len(names()) == 1:
        with _find(options.lab) as lab:
            unfit = run.suitable(lab)
    if options.format == "json":
        rows = [{"name": name, "title": fault.title, "unfit": unfit.get(name)} for name, fault in faults().items()]
        _json("faults", faults=rows)
        return 0
    lines = [f"{name:<34} {fault.title}{f' (not in this lab: {unfit[name]})' if unfit.get(name) else ''}"
             for name, fault in faults().items()]  # fmt: skip
    write("\n".join(lines) + "\n")
    return 0


def _break(options: argparse.Namespace) -> int:
    from podpath.lab.faults import run

    name, fault = _split(options.names)
    if options.random == (fault is not None):
        raise UserError("give a fault (`podpath lab faults` lists them), or --random")
    with _find(name) as lab:
        made = run.at_random(lab, options.seed, options.node) if options.random else run.inject(lab, fault or "", options.node)
    if options.format == "json":
        shown: dict[str, Any] = {"secret": True} if made.secret else {"fault": made.name, "node": made.node,
                                                                     "commands": _commands(made)}  # fmt: skip
        _json("break", **shown)
    elif made.secret:
        write(
            "something is broken; `podpath lab matrix` shows which pods are affected, "
            "`podpath lab mend` fixes it and says what it was\n"
        )
    else:
        write("\n".join([f"{made.name} is in {made.node}", *_typed(made)]) + "\n")
    return 0


def _commands(one: "Broken") -> list[dict[str, str]]:
    return [{"where": where, "command": command} for where, command in one.commands]


def _typed(one: "Broken") -> list[str]:
    return [f"  {where:<8} {command}" for where, command in one.commands]


def _mend(options: argparse.Namespace) -> int:
    from podpath.lab.faults import run

    name, fault = _split(options.names)
    with _find(name) as lab:
        undone = run.mend(lab, fault)
    if options.format == "json":
        _json("mend", mended=[{"fault": one.name, "node": one.node, "commands": _commands(one)} for one in undone])
        return 0
    lines = []
    for one in undone:
        lines += [f"{one.name} was in {one.node}" if one.secret else f"{one.name} is fixed in {one.node}", *_typed(one)]
    write("\n".join(lines or ["nothing is broken"]) + "\n")
    return 0


def _quiz(options: argparse.Namespace) -> int:
    from podpath.lab.quiz import play

    with _find(options.lab) as lab:
        return play(lab, options.seed, unicode=speaks_unicode(sys.stdout))
