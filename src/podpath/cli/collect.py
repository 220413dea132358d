"""``podpath collect``: this node, or what was pasted, as one snapshot file to save and to send."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from podpath.cli.arguments import add_snapshots, write
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "collect",
        help="this node, or pasted output, as one snapshot file",
        description="Reads this node: every namespace, every container, without changing anything; or what the arguments name."
        " Writes one snapshot file, which every command takes.",
        epilog="For a node without Python: podpath collect --script | ssh root@node sh > node.txt",
    )
    add_snapshots(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="the snapshot file to write (default: HOST-TIME.podpath)")
    parser.add_argument(
        "--redact", action="store_true", help="replace addresses and names, alike everywhere, to show it to others"
    )
    parser.add_argument(
        "--script", action="store_true", help="print a shell script that prints a node's state for podpath to read"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    if options.script:
        from podpath.collect.script import script

        write(script(), options.output)
        return 0
    from podpath.cli.snapshots import open_snapshots
    from podpath.snapshot.store import SnapshotError

    target = Path(options.output or _default_name())
    with Progress() as progress, open_snapshots(options.snapshots, progress, editable=options.redact) as store:
        if options.redact:
            from podpath.snapshot.redact import redact

            redact(store)
        nodes, spaces, outputs = (store.raw(f"SELECT count(*) FROM {table}")[0][0] for table in ("node", "netns", "source"))
        missing = store.raw("SELECT what, command FROM missing ORDER BY ALL")
        try:
            store.save(target)
        except SnapshotError as error:
            raise UserError(str(error)) from None
        except OSError as error:
            raise UserError(f"{target}: {error.strerror}") from None
    what = f"{spaces} namespaces" if not options.snapshots else f"{outputs} outputs"
    sys.stderr.write(f"podpath: {target}: {nodes} {'node' if nodes == 1 else 'nodes'}, {what}\n")
    for text, command in missing:
        sys.stderr.write(f"podpath: not read: {text}; try: {command}\n")
    return 0


def _default_name() -> str:
    return f"{os.uname().nodename}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.podpath"
