"""The SNAPSHOT arguments of the command line, and the nodes that are asked, to one store."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from podpath.api.snapshots import opened
from podpath.cli.lakes import choice_of
from podpath.cli.progress import Progress
from podpath.lake.arguments import LakeChoice

if TYPE_CHECKING:
    from podpath.cli.ssh import Remote
    from podpath.snapshot.store import Store


def open_snapshots(
    arguments: Sequence[str],
    progress: Progress,
    remote: "Remote | None" = None,
    *,
    editable: bool = False,
    load: Sequence[str] = (),
    most_nodes: int | None = None,
    writes: Path | None = None,
    as_of: int | str | None = None,
    lake: LakeChoice | None = None,
) -> "Store":
    """Return a store that holds all that the arguments name, merged.

    Args:
        arguments: the arguments; none means this node, live, unless others are asked.
        progress: told what is being read.
        remote: nodes to ask over ssh (:func:`podpath.cli.ssh.remote_of`).
        editable: the store is to be changed, so a snapshot's file must not be used itself.
        load: modules that the caller needs next: they are loaded while this node's kernel answers.
        most_nodes: nodes that a snapshot may have.
        writes: folder in which the caller will save it.
        as_of: the last line of each text to read: what follows came later; a day is for lakes alone.
        lake: what of a lake is wanted.

    Raises:
        UserError: nothing could be read.
    """
    return opened(
        arguments,
        progress,
        partial(_fetched, progress=progress, remote=remote) if remote is not None else None,
        editable=editable,
        load=load,
        most_nodes=most_nodes,
        writes=writes,
        as_of=as_of if isinstance(as_of, int) else None,
        lake=lake,
    )


def open_asked(options: argparse.Namespace, progress: Progress, load: Sequence[str] = ()) -> "Store":
    """Return a store of the SNAPSHOTs, the nodes and the lakes that the options of a command name.

    Args:
        options: the options (:func:`podpath.cli.arguments.add_snapshots`).
        progress: told what is being read.
        load: modules that the caller needs next.

    Raises:
        UserError: nothing could be read.
    """
    from podpath.cli.ssh import remote_of

    return open_snapshots(
        options.snapshots,
        progress,
        remote_of(options),
        load=load,
        most_nodes=options.max_nodes,
        as_of=getattr(options, "as_of", None),
        lake=choice_of(options),
    )


def _fetched(store: "Store", progress: Progress, remote: "Remote") -> None:
    """Add what other nodes answer."""
    from podpath.cli.ssh import fetch

    progress.rest(quiet=remote.quiet)
    fetch(store, remote)
