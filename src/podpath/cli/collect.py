"""``podpath collect``: this node, or what was pasted, as one snapshot file to save and to send."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import add_mode, add_snapshots, write
from podpath.cli.collect_lake import into_lake, is_lake_output
from podpath.cli.endings import tell
from podpath.cli.lakes import choice_of
from podpath.cli.progress import Progress
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.cli.ssh import Remote
    from podpath.snapshot.store import Store

_INCOMPLETE: Final = 3
_KILLED: Final = 128


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "collect",
        help="this node, or pasted output, as one snapshot file",
        description="Reads this node (every namespace, every container) without changing anything, or reads the SNAPSHOT"
        " arguments. Writes one snapshot file, which every command accepts.",
        epilog="Exit status: 0 all was read, 2 bad usage or nothing could be read, 3 a node is missing, 130 interrupted."
        " For a node that ssh cannot reach, run the script that podpath collect --script prints.",
    )
    add_snapshots(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the snapshot file to write (default: HOST-TIME.podpath); LAKE/ or s3://… is a lake, with --cluster",
    )
    parser.add_argument("--check", action="store_true", help="with --redact: list what was replaced or omitted, by kind")
    add_mode(parser)
    parser.add_argument(
        "--redact", action="store_true", help="replace addresses and names consistently, to share the file with others"
    )
    parser.add_argument(
        "--script", action="store_true", help="print a shell script that prints a node's state for podpath to read"
    )
    parser.add_argument("--rows", action="store_true", help="print this node's state as lines of JSON, for another podpath")
    parser.add_argument(
        "--resume", action="store_true", help="keep the nodes in FILE, and read over ssh only nodes that are not completely in it"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    if options.script:
        from podpath.collect.script import script

        write(script(), options.output, options.mode)
        return 0
    if options.rows:
        return _rows()
    if options.check and not options.redact:
        raise UserError(tr("--check lists what --redact replaces: give both"))
    from podpath.cli.ssh import remote_of
    from podpath.snapshot.opening import SnapshotError
    from podpath.snapshot.whole_file import place_of

    remote = remote_of(options)
    if options.resume and (remote is None or not options.output):
        raise UserError(tr("--resume continues a file: give the file with -o and the hosts with --ssh"))
    if is_lake_output(options.output):
        return into_lake(options, remote)
    target = Path(options.output or _default_name())
    try:
        target = place_of(target)
        if remote is not None:
            return _fetched(options, remote._replace(resume=options.resume), target)
        told = _packed(options, target) if options.snapshots or options.redact else _captured(target, options.mode)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}") from None
    for line in told:
        tell(line)
    return 0


def _rows() -> int:
    """Print this node's state as it is read; return the exit code."""
    from podpath.collect.node.capture import capture
    from podpath.collect.node.stream import lines_of
    from podpath.collect.runtimes.read import read_runtimes

    try:
        for line in lines_of(capture(read_runtimes)):
            sys.stdout.write(f"{line}\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(tr("this node cannot be read: {strerror}", strerror=error.strerror or error)) from None
    return 0


def _fetched(options: argparse.Namespace, remote: "Remote", target: Path) -> int:
    """Write the answers of other nodes into the file as they arrive; return the exit code.

    Raises:
        OSError: the file cannot be written.
        SnapshotError: the database cannot be written.
        UserError: there is nothing to be read.
    """
    import duckdb

    from podpath.api.snapshots import add_snapshot
    from podpath.cli.ssh import Interrupted, fetch
    from podpath.snapshot.link_up import link_up
    from podpath.snapshot.merge import merge
    from podpath.snapshot.opening import SnapshotError
    from podpath.snapshot.store import Store
    from podpath.snapshot.whole_file import beside, discard

    if not target.parent.is_dir():
        raise FileNotFoundError(2, tr("No such file or directory"))
    earlier = _earlier(target) if options.resume else None
    part = beside(target)
    code = 0
    try:
        # A file keeps blocks of rows that were replaced in it: what is redacted is written once it is.
        with Store(None if options.redact else part) as store, Progress() as progress:
            for source in [*([str(earlier)] if earlier else []), *options.snapshots]:
                add_snapshot(store, source, progress, options.max_nodes)
            store.lock(part.parent)
            progress.rest(quiet=remote.quiet)
            try:
                fetch(store, remote)
            except Interrupted as interrupted:
                code = _KILLED + interrupted.number
            merge(store)
            link_up(store)
            lines = _told(store, target, "netns", "namespaces")
            if options.redact:
                lines += _redacted(store, options)
            code = code or (_INCOMPLETE if store.raw("SELECT 1 FROM capture WHERE problem IS NOT NULL LIMIT 1") else 0)
            if options.redact:
                store.save(target, options.mode)
            else:
                store.finish(target, options.mode)
            if earlier is not None and earlier != target:
                discard(earlier)
    except duckdb.Error as error:
        raise SnapshotError(
            tr("{target}: cannot be written ({split})", target=target, split=" ".join(str(error).split())[:200])
        ) from None
    finally:
        discard(part)
    for line in lines:
        tell(line)
    return code


def _earlier(target: Path) -> Path | None:
    """Return the file to continue: the snapshot, or what a killed collection left."""
    import duckdb

    from podpath.snapshot.opening import SnapshotError
    from podpath.snapshot.store import Store
    from podpath.snapshot.whole_file import names_beside

    names = names_beside(target)
    found = [path for path in target.parent.iterdir() if (match := names.fullmatch(path.name)) and not match["log"]]
    for part in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            # It is opened for writing once, so that DuckDB takes over what stands in its log; what another one writes is locked.
            Store.open_for_writing(part).close()
        except (duckdb.Error, SnapshotError):
            continue
        return part
    return target if target.exists() else None


def _captured(target: Path, mode: int | None) -> list[str]:
    """Write this node straight into the file; return the messages.

    Raises:
        OSError: the file cannot be written.
        SnapshotError: the database cannot be written.
        UserError: this node cannot be read.
    """
    import duckdb

    from podpath.api.live import this_node
    from podpath.snapshot.opening import SnapshotError
    from podpath.snapshot.whole_file import beside, discard

    if not target.parent.is_dir():
        raise FileNotFoundError(2, tr("No such file or directory"))
    part = beside(target)
    try:
        with Progress() as progress:
            progress.step("reading this node")
            store = this_node(file=part)
            told = _told(store, target, "netns", "namespaces")
            store.finish(target, mode)
    except duckdb.Error as error:
        raise SnapshotError(
            tr("{target}: cannot be written ({split})", target=target, split=" ".join(str(error).split())[:200])
        ) from None
    finally:
        discard(part)
    return told


def _packed(options: argparse.Namespace, target: Path) -> list[str]:
    """Pack what the arguments name, or this node redacted; return the messages."""
    from podpath.cli.snapshots import open_snapshots

    with (
        Progress() as progress,
        open_snapshots(
            options.snapshots,
            progress,
            editable=options.redact,
            most_nodes=options.max_nodes,
            lake=choice_of(options),
            writes=target.parent,
        ) as store,
    ):
        told = _told(store, target, "source", "outputs")
        if options.redact:
            told += _redacted(store, options)
        store.save(target, options.mode)
    return told


def _redacted(store: "Store", options: argparse.Namespace) -> list[str]:
    """Replace names and addresses in a store; return the messages."""
    from podpath.snapshot.redaction.redact import redact

    replaced = redact(store)
    return [f"replaced: {count} × {word}" for word, count in sorted(replaced.items()) if count] if options.check else []


def _told(store: "Store", target: Path, table: str, what: str) -> list[str]:
    nodes, count = (store.raw(f"SELECT count(*) FROM {name}")[0][0] for name in ("node", table))
    missing = store.raw("SELECT what, command FROM missing ORDER BY ALL")
    lines = [f"{target}: {nodes} {'node' if nodes == 1 else 'nodes'}, {count} {what}"]
    return lines + [tr("not read: {text}; try: {command}", text=text, command=command) for text, command in missing]


def _default_name() -> str:
    return f"{os.uname().nodename}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.podpath"
