"""``podpath veth``: which interface on the host is this container's, and what is it connected to?"""

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import add_most, add_row_format, add_ssh, speaks_unicode, width, write
from podpath.cli.endings import tell
from podpath.cli.progress import Progress
from podpath.language import tr
from podpath.state.typo import did_you_mean, near

if TYPE_CHECKING:
    from podpath.state.attachment import Attachment

# What could hide a container or its cable; that a ruleset was not read hides none.
_MISSING: Final = "SELECT DISTINCT what, command FROM missing WHERE \"table\" IN ('netns', 'container', 'link') ORDER BY ALL"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "veth",
        help="container, its interface, the host's end of its veth pair, and the bridge or route there",
        description="Shows for each container its interface on the host, and the bridge or route there. podpath finds the pair by"
        " index and namespace in both directions.",
    )
    parser.add_argument(
        "names", nargs="*", default=[], action=_Words, metavar="CONTAINER|SNAPSHOT",
        help="name, id, pod, namespace, or the host's interface (default: all); -, a file, and a directory with a / in"
        " its name are read instead of this node",
    )  # fmt: skip
    parser.add_argument(
        "--from", action="append", default=[], dest="snapshots", metavar="SNAPSHOT", help="read this instead of this node"
    )
    add_most(parser)
    add_ssh(parser)
    add_row_format(parser)
    parser.set_defaults(run=run)


class _Words(argparse.Action):
    """Tells SNAPSHOTs from names of containers: what is there as a file is one."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option_string: str | None = None
    ) -> None:
        """Put each word where it belongs."""
        del parser, option_string
        words = [str(value) for value in values] if isinstance(values, list) else []
        files = [word for word in words if word == "-" or _is_input(word)]
        namespace.snapshots = [*namespace.snapshots, *files]
        namespace.names = [word for word in words if word not in files]


def _is_input(word: str) -> bool:
    """Return whether a word is a file, or a directory whose name has a slash; what no file can be called is neither."""
    with suppress(OSError, ValueError):
        return Path(word).is_file() or ("/" in word and Path(word).is_dir())
    return False


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.cli.snapshots import open_asked
    from podpath.report import veth
    from podpath.report.rows import FORMS, render
    from podpath.wiring.attachments import attachments

    with (
        Progress() as progress,
        open_asked(options, progress) as store,
    ):
        rows = attachments(store)
        missing = store.raw(_MISSING)
    if options.names:
        rows = [row for name in dict.fromkeys(options.names) for row in _called(name, rows)]
    if options.format == "json":
        write(veth.as_json(rows, missing))
        return 0
    if options.format in FORMS:
        from podpath.state.attachment import Attachment

        write(render(options.format, Attachment._fields, rows))
    else:
        write(veth.as_text(rows, width(), unicode=speaks_unicode(sys.stdout), whole=not missing))
    for what, command in missing:
        tell(tr("not seen: {what}; try: {command}", what=what, command=command))
    return 0


def _called(name: str, rows: "list[Attachment]") -> "list[Attachment]":
    """Return the rows that a name matches.

    Raises:
        UserError: nothing is called so.
    """
    for fits in (_is_its_name, _is_its_place, _begins_with):
        found = [row for row in rows if fits(row, name)]
        if found:
            return found
    known = sorted({word for row in rows for word in (row.container, row.pod) if word})
    hint = did_you_mean(near(name, known), tr("there are {known}", known=", ".join(known[:8])) if known else "")
    raise UserError(tr('no container, pod or namespace is called "{name}"{hint}', name=name, hint=hint and f"; {hint}"))


def _is_its_name(row: "Attachment", name: str) -> bool:
    pod = row.pod or ""
    return name in {row.container, row.id, pod, pod.partition("/")[2]} - {""}


def _is_its_place(row: "Attachment", name: str) -> bool:
    return name in {row.netns, row.netns.partition(":")[2], row.outside} - {""}


def _begins_with(row: "Attachment", name: str) -> bool:
    return len(name) >= 4 and (row.id or "").startswith(name)  # noqa: PLR2004 - what people type of an identifier
