"""``podpath collect``: what was pasted, packed into one snapshot file to save and to send."""

import argparse
import sys
from pathlib import Path

from podpath.cli.arguments import add_snapshots
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "collect",
        help="pack pasted output into one snapshot file",
        description="Reads what the arguments name and writes one snapshot file, which every command takes in its place.",
    )
    add_snapshots(parser)
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the snapshot file to write")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.cli.snapshots import open_snapshots
    from podpath.snapshot.store import SnapshotError

    target = Path(options.output)
    with Progress() as progress, open_snapshots(options.snapshots, progress) as store:
        nodes, outputs = (store.raw(f"SELECT count(*) FROM {table}")[0][0] for table in ("node", "source"))
        try:
            store.save(target)
        except SnapshotError as error:
            raise UserError(str(error)) from None
        except OSError as error:
            raise UserError(f"{target}: {error.strerror}") from None
    sys.stderr.write(f"podpath: {target}: {nodes} nodes, {outputs} outputs\n")
    return 0
