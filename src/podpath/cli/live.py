"""This node, live, into a store."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from podpath.cli.errors import UserError

if TYPE_CHECKING:
    from podpath.snapshot.store import Store


def read_this_node(store: "Store", pids: Iterable[int] | None = None) -> None:
    """Capture this node and store what comes.

    Args:
        store: the store.
        pids: processes whose namespaces are wanted; none means all.

    Raises:
        UserError: this is no Linux, or ``/proc`` is not mounted.
    """
    from podpath.collect.node.capture import capture
    from podpath.collect.node.parts import Text
    from podpath.collect.runtimes.read import read_runtimes
    from podpath.snapshot.load import load_output

    name = os.uname().nodename
    node = store.node(name)
    try:
        for part in capture(read_runtimes, pids):
            ns = store.netns(node, part.place.kind, part.place.name, inode=part.place.inode)
            if isinstance(part, Text):
                load_output(store, ns, f"{name}, live", part.command, part.text)
            else:
                store.add(ns, 0, ((0, row) for row in part.rows))
                store.add(ns, 0, ((0, row) for row in part.coverage))
    except OSError as error:
        raise UserError(
            f"this node cannot be read: {error.filename or ''} {error.strerror or error}".replace("  ", " ")
        ) from None
