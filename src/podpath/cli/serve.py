"""``podpath serve``: the report as a live page on this machine."""

import argparse
import secrets
import sys
import threading
from typing import TYPE_CHECKING

from podpath.cli.arguments import add_snapshots
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress

if TYPE_CHECKING:
    from podpath.snapshot.store import Store


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "serve",
        help="the report as a live page on 127.0.0.1, with traces and what-ifs",
        description="Serves the report on 127.0.0.1 to whoever has the address that is printed. It looks again every few seconds,"
        " traces between any two ends, and tries changes on a copy. Nothing on the node can be changed by it.",
    )
    add_snapshots(parser)
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port of 127.0.0.1 (default: one that is free)")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="how often to look again (default: 5)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command until it is interrupted, and return the exit code.

    Raises:
        UserError: nothing can be read, or the port is taken.
    """
    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of
    from podpath.page.live import Server, State
    from podpath.picture.graphviz import LayoutError

    def look() -> "Store":
        with Progress() as progress:
            return open_snapshots(options.snapshots, progress, remote_of(options), most_nodes=options.max_nodes)

    state = State(look, max(options.every, 1.0))
    try:
        state.refresh()
        server = Server(state, secrets.token_urlsafe(16), options.port)
    except LayoutError as error:
        raise UserError(str(error)) from None
    except (OSError, OverflowError) as error:
        raise UserError(f"port {options.port} of 127.0.0.1: {getattr(error, 'strerror', None) or error}") from None
    ended = threading.Event()
    looking = threading.Thread(target=state.keep_looking, args=(ended,), daemon=True)
    looking.start()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        ended.set()
        server.server_close()
    return 0
