"""``podpath explain-policy``: who may reach a pod by the policies of its cluster, and why not."""

import argparse
import sys
from typing import TYPE_CHECKING

from podpath.cli.arguments import add_color, add_snapshots, speaks_unicode, wants_color, width, write
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress
from podpath.state.typo import did_you_mean, near

if TYPE_CHECKING:
    from podpath.policy.ends import Pod
    from podpath.policy.objects import Objects
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
    parser.add_argument("pod", metavar="POD", help="the pod, as NAMESPACE/NAME")
    add_snapshots(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output (default: text)")
    add_color(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of
    from podpath.policy.objects import Objects
    from podpath.policy.reach import explained
    from podpath.report import policies as report
    from podpath.report.terminal import as_ansi, as_text

    with (
        Progress() as progress,
        open_snapshots(options.snapshots, progress, remote_of(options), most_nodes=options.max_nodes) as store,
    ):
        objects = Objects(store)
        pod, address = _pod(objects, options.pod)
        found = explained(objects, pod, address)
    if options.format == "json":
        write(report.as_json(pod.called, found))
        return 0
    lines = report.PolicyTerminal(width(), unicode=speaks_unicode(sys.stdout)).lines(pod.called, found)
    write(as_ansi(lines, width()) if wants_color(options.color, sys.stdout) else as_text(lines))
    return 0


def _pod(objects: "Objects", word: str) -> "tuple[Pod, Ip | None]":
    """Return the pod that a word names, and its address.

    Raises:
        UserError: it names none, or several, or a pod that policies are not about.
    """
    known = {pod.called: (pod, address) for pod, address in objects.pods}
    found = [called for called in known if called == word or called.partition("/")[2] == word]
    if not found:
        hint = did_you_mean(near(word, known), f"the objects of the cluster are needed: {_NEEDS}")
        raise UserError(f'no pod is called "{word}"; {hint}')
    if len(found) > 1:
        raise UserError(f'"{word}" could be {", ".join(sorted(found)[:8])}: name the namespace, too')
    pod, address = known[found[0]]
    if pod.on_host:
        raise UserError(f"{pod.called} is in the network namespace of its node: network policies are not about it")
    return pod, address
