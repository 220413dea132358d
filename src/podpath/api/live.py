"""This node, live, into a store."""

import gc
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.collect.node.parts import Part
    from podpath.snapshot.store import Store


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage cycles meanwhile: rows are tuples without any, and each look goes through all of them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def this_node(pids: Iterable[int] | None = None, file: Path | None = None, load: Iterable[str] = ()) -> "Store":
    """Capture this node into a store.

    Args:
        pids: processes whose namespaces are wanted; none means all.
        file: a new file to keep it in; none keeps it in memory.
        load: modules that the caller needs next: they are loaded while the kernel answers.

    Raises:
        UserError: this is no Linux, or ``/proc`` is not mounted.
    """
    from podpath.collect.node.capture import capture
    from podpath.collect.runtimes.read import read_runtimes

    began = time.time()
    with ThreadPoolExecutor(1) as executor, no_collection():
        asked = executor.submit(lambda: list(capture(read_runtimes, pids)))
        # DuckDB takes as long to load as a kernel to answer: both at once.
        from podpath.snapshot.store import Store
        from podpath.state.host import Capture

        store = Store(file, small=True)
        for module in load:
            import_module(module)
        name = os.uname().nodename
        try:
            add_parts(store, name, f"{name}, live", asked.result())
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise UserError(
                tr("this node cannot be read: {what}{strerror}", what=what, strerror=error.strerror or error)
            ) from None
        store.add(store.netns(store.node(name)), 0, [(0, Capture("podpath", None, began, time.time(), 0, 0))])
    store.flush()
    store.tune()
    return store


def add_parts(store: "Store", name: str, file: str, parts: "Iterable[Part]") -> None:
    """Add the parts of a capture to a store.

    Args:
        store: the store.
        name: name of the node.
        file: name for evidence.
        parts: the parts, as they come.
    """
    from podpath.collect.node.parts import CommandOutput
    from podpath.snapshot.load import load_output
    from podpath.state.evidence import Unread

    node = store.node(name)
    for part in parts:
        ns = store.netns(node, part.place.kind, part.place.name, inode=part.place.inode)
        if isinstance(part, CommandOutput):
            if not load_output(store, ns, file, part.command, part.text):
                store.unread(Unread(file, 1, 1, tr("there is no reader of `{command}`", command=part.command), ""))
        else:
            store.add(ns, 0, ((0, row) for row in part.rows))
            store.add(ns, 0, ((0, row) for row in part.coverage))
