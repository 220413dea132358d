"""``podpath serve``: the report as a live page on this machine."""

import argparse
import sys
import threading
from typing import TYPE_CHECKING

from podpath.cli.arguments import add_snapshots
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress

if TYPE_CHECKING:
    from podpath.snapshot.store import Store
    from podpath.state.trace import Trace


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "serve",
        help="the report as a live page on 127.0.0.1, with traces and what-ifs",
        description="Serves the report on 127.0.0.1 to anybody who has the printed address. It reads the state again every few"
        " seconds, traces between any two endpoints, and tries changes on a copy. It cannot change anything on the node.",
    )
    add_snapshots(parser)
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="interval between two reads (default: 5)")
    parser.add_argument(
        "--allow-probe",
        action="store_true",
        help="a click on the page sends the packets of a trace, from this node (trace --live)",
    )
    parser.set_defaults(run=run)


def _prove(trace: "Trace", store: "Store") -> "Trace":
    """Send the packets of a trace, as `podpath trace --live` does; what cannot be sent is an error for the page.

    Raises:
        EndpointError: the packets cannot be sent.
    """
    from podpath.cli.probe import packets, proven
    from podpath.walk.endpoints import EndpointError

    try:
        return proven(trace, store, packets())
    except UserError as error:
        raise EndpointError(str(error)) from None


def run(options: argparse.Namespace) -> int:
    """Run the command until it is interrupted, and return the exit code.

    Raises:
        UserError: nothing can be read, or the port is taken.
    """
    import secrets

    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of
    from podpath.page.live import PageState, Server
    from podpath.picture.graphviz import LayoutError

    def look() -> "Store":
        with Progress() as progress:
            return open_snapshots(options.snapshots, progress, remote_of(options), most_nodes=options.max_nodes)

    if options.allow_probe and (options.snapshots or options.ssh or options.missing):
        raise UserError("--allow-probe sends packets from this node: omit SNAPSHOTs and --ssh")
    state = PageState(look, max(options.every, 1.0), _prove if options.allow_probe else None)
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
