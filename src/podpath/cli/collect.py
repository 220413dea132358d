"""``podpath collect``: this node, or what was pasted, as one snapshot file to save and to send."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from podpath.cli.arguments import add_snapshots, write
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress

if TYPE_CHECKING:
    from podpath.snapshot.store import Store


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
    from podpath.snapshot.store import SnapshotError

    target = Path(options.output or _default_name())
    try:
        told = _packed(options, target) if options.snapshots or options.redact else _captured(target)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}") from None
    for line in told:
        sys.stderr.write(f"podpath: {line}\n")
    return 0


def _captured(target: Path) -> list[str]:
    """Write this node straight into the file; return what is to be told.

    Raises:
        OSError: the file cannot be written.
        SnapshotError: the database cannot be written.
        UserError: this node cannot be read.
    """
    import duckdb

    from podpath.cli.live import this_node
    from podpath.snapshot.store import SnapshotError, Store

    if not target.parent.is_dir():
        raise FileNotFoundError(2, "No such file or directory")
    Store.discard(target)
    try:
        with Progress() as progress:
            progress.step("reading this node")
            store = this_node(file=Store.part_of(target))
            told = _told(store, target, "netns", "namespaces")
            store.finish(target)
    except duckdb.Error as error:
        raise SnapshotError(f"{target}: cannot be written ({' '.join(str(error).split())[:200]})") from None
    finally:
        Store.discard(target)
    return told


def _packed(options: argparse.Namespace, target: Path) -> list[str]:
    """Pack what the arguments name, or this node redacted; return what is to be told."""
    from podpath.cli.snapshots import open_snapshots

    with Progress() as progress, open_snapshots(options.snapshots, progress, editable=options.redact) as store:
        if options.redact:
            from podpath.snapshot.redact import redact

            redact(store)
        told = _told(store, target, "source", "outputs")
        store.save(target)
    return told


def _told(store: "Store", target: Path, table: str, what: str) -> list[str]:
    nodes, count = (store.raw(f"SELECT count(*) FROM {name}")[0][0] for name in ("node", table))
    missing = store.raw("SELECT what, command FROM missing ORDER BY ALL")
    lines = [f"{target}: {nodes} {'node' if nodes == 1 else 'nodes'}, {count} {what}"]
    return lines + [f"not read: {text}; try: {command}" for text, command in missing]


def _default_name() -> str:
    return f"{os.uname().nodename}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.podpath"
