"""SNAPSHOTs of any form to one store: files, texts, folders, archives, this node."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.api.progress import ProgressReceiver
from podpath.collect.files import InputError, TextFile, is_archive, is_snapshot, lines_of, text_files
from podpath.lake.arguments import LakeChoice, cluster_store, names_lake
from podpath.lake.place import LakeError
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.snapshot.store import Store


def opened(
    arguments: Sequence[str],
    progress: ProgressReceiver,
    fetch: "Callable[[Store], None] | None" = None,
    *,
    editable: bool = False,
    load: Sequence[str] = (),
    most_nodes: int | None = None,
    writes: Path | None = None,
    as_of: int | None = None,
    lake: LakeChoice | None = None,
) -> "Store":
    """Return a store that holds all that the arguments name, merged.

    Args:
        arguments: names of files and folders, ``-`` for standard input; none means this node, live, unless others are asked.
        progress: told what is being read.
        fetch: asks other nodes, and adds what they answer.
        editable: the store is to be changed, so a snapshot's file must not be used itself.
        load: modules that the caller needs next: they are loaded while this node's kernel answers.
        most_nodes: nodes that a snapshot may have.
        writes: folder in which the caller will save it.
        as_of: the last line of each text to read: what follows came later.
        lake: what of a lake is wanted.

    Raises:
        UserError: nothing could be read.
    """
    from podpath.snapshot.link_up import link_up
    from podpath.snapshot.merge import merge
    from podpath.snapshot.opening import SnapshotError
    from podpath.snapshot.store import Store
    from podpath.snapshot.stranger import MOST_NODES

    try:
        if not arguments and fetch is None:
            from podpath.api.live import this_node

            progress.step("reading this node")
            # One capture says one thing of each object, and knows whose each namespace is: nothing is to be merged.
            return this_node(load=load)
        if fetch is None and not editable and len(arguments) == 1 and arguments[0] != "-" and is_snapshot(Path(arguments[0])):
            return Store(Path(arguments[0]), read_only=True, most_nodes=most_nodes or MOST_NODES)
        if fetch is None and writes is None and len(arguments) == 1 and names_lake(arguments[0]):
            progress.step(f"reading {arguments[0]}")
            # Each capture was merged when it was written.
            return cluster_store(arguments[0], lake or LakeChoice())
        store = Store()
        for argument in arguments:
            if names_lake(argument):
                progress.step(f"reading {argument}")
                _add_cluster(store, argument, lake or LakeChoice(), most_nodes)
            else:
                add_snapshot(store, argument, progress, most_nodes, as_of)
        if fetch is None:
            store.flush()
            store.tune()
        store.lock(*([writes] if writes is not None else []))
        if fetch is not None:
            fetch(store)
        merge(store)
        link_up(store)
    except (SnapshotError, InputError, LakeError) as error:
        raise UserError(str(error)) from None
    return _filled(store, arguments)


def pasted(text: str, name: str) -> "Store":
    """Return a store that holds what a text says.

    Args:
        text: outputs of commands.
        name: what evidence calls it, and what a node is called that has no other name.

    Raises:
        UserError: nothing in it could be read.
    """
    from podpath.readers.lines import Lines
    from podpath.snapshot.link_up import link_up
    from podpath.snapshot.load import load_text
    from podpath.snapshot.merge import merge
    from podpath.snapshot.store import Store

    store = Store()
    load_text(store, name, name, None, Lines(lambda: nullcontext(io.StringIO(text, newline=None))), named=False)
    store.flush()
    store.tune()
    store.lock()
    merge(store)
    link_up(store)
    return _filled(store, [name])


def _filled(store: "Store", arguments: Sequence[str]) -> "Store":
    """Return a store if anything is in it.

    Raises:
        UserError: there is nothing.
    """
    if not store.raw("SELECT 1 FROM source LIMIT 1") and not store.raw("SELECT 1 FROM node LIMIT 1"):
        raise UserError(
            tr(
                "nothing could be read from {arguments}{store}",
                arguments=", ".join(arguments) or tr("any node"),
                store=_first_unread(store),
            )
        )
    return store


def add_snapshot(
    store: "Store", argument: str, progress: ProgressReceiver, most_nodes: int | None = None, as_of: int | None = None
) -> None:
    """Add what one argument names to a store, texts up to a line.

    Args:
        store: the store.
        argument: the argument.
        progress: told what is being read.
        most_nodes: nodes that a snapshot may have.
        as_of: the last line of each text to read.

    Raises:
        InputError: it cannot be read.
        SnapshotError: it is a snapshot of another version.
    """
    from podpath.snapshot.opening import SnapshotError
    from podpath.state.evidence import Unread

    with _texts(argument) as files:
        for file in files:
            progress.step(f"reading {file.name}")
            try:
                _add_file(store, file, progress, most_nodes, as_of)
            except (InputError, SnapshotError) as error:
                if len(files) == 1:
                    raise
                # One bad file in a directory is reported, and the others are used.
                store.unread(Unread(file.name, 0, 0, str(error).removeprefix(f"{file.name}: "), ""))


def _add_cluster(store: "Store", argument: str, choice: LakeChoice, most_nodes: int | None) -> None:
    """Add a cluster of a lake to a store that has other nodes, too."""
    from podpath.snapshot import leftovers
    from podpath.snapshot.absorb import absorb
    from podpath.snapshot.stranger import MOST_NODES

    with leftovers.folder() as folder:
        file = folder / "cluster.podpath"
        with cluster_store(argument, choice) as other:
            other.save(file)
        absorb(store, file, most_nodes or MOST_NODES)


@contextmanager
def _texts(argument: str) -> Iterator[list[TextFile]]:
    """Yield the texts that an argument names; those of an archive are there as long as the block lasts."""
    path = Path(argument)
    if argument == "-" or not path.is_file() or is_snapshot(path) or not is_archive(path):
        yield text_files(argument)
        return
    from podpath.collect.bundles import unpacked
    from podpath.snapshot import leftovers

    with leftovers.folder() as folder:
        yield unpacked(path, folder)


def _add_file(store: "Store", file: TextFile, progress: ProgressReceiver, most_nodes: int | None, as_of: int | None) -> None:
    from podpath.snapshot.absorb import absorb
    from podpath.snapshot.load import load_text
    from podpath.snapshot.stranger import MOST_NODES

    if file.path is not None and is_snapshot(file.path):
        absorb(store, file.path, most_nodes or MOST_NODES)
    else:
        lines = lines_of(file, as_of, lambda count: progress.read(f"reading {file.name}", count))
        load_text(store, file.name, file.node, file.address, lines, file.command, named=file.path is not None)


def _first_unread(store: "Store") -> str:
    rows = store.raw("SELECT file, first, reason FROM unread LIMIT 1")
    if not rows:
        return tr(": there is no line in it")
    file, first, reason = rows[0]
    return f"\n         {file}:{first}: {reason}"
