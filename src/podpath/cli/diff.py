"""``podpath diff``: what changed between two snapshots of the same nodes."""

import argparse
import sys
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.cli.arguments import add_mode, add_most, add_ssh, speaks_unicode, width, write
from podpath.cli.lakes import choice_of
from podpath.cli.progress import Progress
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.state.change import Diff


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "diff",
        help="what changed between two snapshots of the same nodes",
        description="Compares two snapshots by meaning: routes, addresses, MACs, rules, settings, and the result of every check."
        " Counters, timers and entries that the kernel learns by itself do not count as changes.",
        epilog="Exit status: 0 nothing changed, 1 something changed, 2 bad usage or unreadable input, 3 nothing"
        " changed in the state that both have, but not all could be compared.",
    )
    parser.add_argument("old", metavar="OLD", help="a snapshot file, a text file or a directory, taken earlier")
    parser.add_argument("new", metavar="NEW", nargs="?", help="the same nodes, later; default: now, this node or those of --ssh")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output (default: text)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
    parser.add_argument("--ignore", action="append", default=[], metavar="NAME", help="omit a check; may be repeated")
    add_mode(parser)
    add_most(parser)
    add_ssh(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.api.questions import known_checks
    from podpath.checks.engine.changes import changes
    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of
    from podpath.report import diff as report

    known_checks(options.ignore)
    options.snapshots = [options.new] if options.new else []
    remote = remote_of(options)
    with (
        Progress() as progress,
        open_snapshots([options.old], progress, most_nodes=options.max_nodes, lake=choice_of(options)) as old,
        open_snapshots(options.snapshots, progress, remote, most_nodes=options.max_nodes, lake=choice_of(options)) as new,
    ):
        found = changes(old, new, options.ignore, progress.step)
    if not found.nodes:
        raise UserError(_nothing_in_common(found))
    plain = options.output is not None
    text = report.as_json(found) if options.format == "json" else report.as_text(
        found, width(), unicode=plain or speaks_unicode(sys.stdout)
    )  # fmt: skip
    write(text, options.output, options.mode)
    return _exit_code(found)


def _nothing_in_common(found: "Diff") -> str:
    return tr(
        "the two have no node in common: OLD has {only_old}, NEW has {only_new}",
        only_old=_some(found.only_old),
        only_new=_some(found.only_new),
    )


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (tr(" and {names} more", names=len(names) - 5) if len(names) > 5 else "") or "none"  # noqa: PLR2004


def _exit_code(found: "Diff") -> int:
    if found.changes or found.checks:
        return 1
    return 3 if found.unknowns else 0
