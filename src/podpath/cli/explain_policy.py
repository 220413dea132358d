"""``podpath explain-policy``: who may reach a pod by the policies of its cluster, and why not."""

import argparse
import sys
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.cli.arguments import add_color, add_snapshots, speaks_unicode, wants_color, width, write
from podpath.cli.endings import tell
from podpath.cli.progress import Progress
from podpath.language import tr
from podpath.state.typo import did_you_mean, near

if TYPE_CHECKING:
    from collections.abc import Collection

    from podpath.policy.ends import Pod
    from podpath.policy.objects import Objects
    from podpath.snapshot.store import Store
    from podpath.state.address import Ip

_NEEDS = "kubectl get pods,namespaces,networkpolicies -A -o json"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explain-policy",
        help="who may reach a pod by the network policies, which pods it may reach, and why not",
        description="Lists the network policies that are about a pod, and what they say of every other pod of the cluster."
        f" It reads the objects alone ({_NEEDS}); `podpath trace` compares them with the rules of the nodes.",
    )
    parser.add_argument(
        "pod",
        metavar="POD",
        help="the pod: NAMESPACE/NAME, its address, db-0.db; or several: deploy/NAME (ds, sts, job …), svc/NAME",
    )
    add_snapshots(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output (default: text)")
    add_color(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.cli.snapshots import open_asked
    from podpath.policy.objects import Objects
    from podpath.policy.reach import alike, explained
    from podpath.report import policies as report
    from podpath.report.terminal import as_ansi, as_text

    with (
        Progress() as progress,
        open_asked(options, progress) as store,
    ):
        objects = Objects(store)
        pods = _pods(store, objects, options.pod)
        groups = alike([(pod.called, explained(objects, pod, address)) for pod, address in pods])
    if options.format == "json":
        write(report.as_json(options.pod, groups))
        return 0
    terminal = report.PolicyTerminal(width(), unicode=speaks_unicode(sys.stdout))
    lines = [line for group in groups for line in terminal.lines(", ".join(group.pods), group.directions)]
    write(as_ansi(lines, width()) if wants_color(options.color, sys.stdout) else as_text(lines))
    return 0


def _pods(store: "Store", objects: "Objects", word: str) -> "list[tuple[Pod, Ip | None]]":
    """Return the pods that a word names, with their addresses.

    Raises:
        UserError: it names none, or several of different owners, or one that policies are not about.
    """
    from podpath.walk.workloads import WorkloadError, named_pods

    known = {pod.called: (pod, address) for pod, address in objects.pods}
    try:
        several = named_pods(store, word)
    except WorkloadError as error:
        raise UserError(str(error)) from None
    if several is not None:
        if several.assumed:
            tell(f"assumed: {several.assumed}")
        found = [called for called in several.words if called in known]
    else:
        found = _called(objects, known, word)
    if not found:
        hint = did_you_mean(near(word, known), tr("the objects of the cluster are needed: {needs}", needs=_NEEDS))
        raise UserError(tr('no pod is called "{word}"; {hint}', word=word, hint=hint))
    if on_host := [called for called in found if known[called][0].on_host]:
        raise UserError(
            tr("{on_host} is in the network namespace of its node: network policies are not about it", on_host=on_host[0])
        )
    return [known[called] for called in found]


def _called(objects: "Objects", known: "Collection[str]", word: str) -> list[str]:
    """Return the pod with a name or an address, as a list; an empty one if there is no such pod.

    Raises:
        UserError: several have it, or a node has the address.
    """
    from podpath.state.address import parse_ip
    from podpath.walk.workloads import plain

    word = plain(word)
    try:
        end = objects.end(parse_ip(word.strip("[]")))
    except ValueError:
        found = [called for called in known if called == word or called.partition("/")[2] == word]
    else:
        found = [end.pod.called] if end.pod is not None else list(end.claims)
        if end.node and not found:
            raise UserError(
                tr("{word} is an address of the node {node}: network policies are not about it", word=word, node=end.node)
            )
    if word.startswith("node:"):
        raise UserError(tr("{word} is a node: network policies are not about it", word=word))
    if len(found) > 1:
        raise UserError(tr('"{word}" could be {found}: name the namespace, too', word=word, found=", ".join(sorted(found)[:8])))
    return found
