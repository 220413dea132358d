"""``podpath serve``: the report as a live page on this machine."""

import argparse
import shlex
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.cli.arguments import add_snapshots
from podpath.cli.progress import Progress
from podpath.language import tr

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
    parser.add_argument(
        "--paste",
        action="store_true",
        help="a page to paste text into instead: nothing is stored, and nothing leaves this machine",
    )
    parser.set_defaults(run=run)


@contextmanager
def _told_on_the_page() -> Iterator[None]:
    """Turn what a person has got wrong into an error that the page shows.

    Raises:
        EndpointError: instead of UserError.
    """
    from podpath.walk.endpoints import EndpointError

    try:
        yield
    except UserError as error:
        raise EndpointError(str(error)) from None


def _pasted(text: str) -> "Store":
    """Read a pasted text."""
    from podpath.api.snapshots import pasted

    with _told_on_the_page():
        return pasted(text, "pasted")


def _prove(trace: "Trace", store: "Store") -> "Trace":
    """Send the packets of a trace, as `podpath trace --live` does."""
    from podpath.cli.probe import packets, proven

    with _told_on_the_page():
        return proven(trace, store, packets())


def run(options: argparse.Namespace) -> int:
    """Run the command until it is interrupted, and return the exit code.

    Raises:
        UserError: nothing can be read, or the port is taken.
    """
    import secrets

    from podpath.cli.snapshots import open_asked
    from podpath.page.live import ADDRESS, PageState, Server
    from podpath.page.paste import PasteState
    from podpath.picture.layout_engine import LayoutError

    def look() -> "Store":
        with Progress() as progress:
            return open_asked(options, progress)

    if options.allow_probe and (options.snapshots or options.ssh or options.missing):
        raise UserError(tr("--allow-probe sends packets from this node: omit SNAPSHOTs and --ssh"))
    if options.paste and (options.snapshots or options.ssh or options.missing or options.allow_probe):
        raise UserError(tr("--paste takes the text from the page: omit SNAPSHOTs, --ssh and --allow-probe"))
    state = (
        PasteState(_pasted)
        if options.paste
        else PageState(look, max(options.every, 1.0), _prove if options.allow_probe else None)
    )
    try:
        if not options.paste:
            state.refresh()
        server = Server(state, secrets.token_urlsafe(16), options.port)
    except LayoutError as error:
        raise UserError(str(error)) from None
    except (OSError, OverflowError) as error:
        raise UserError(
            tr("port {port} of 127.0.0.1: {error}", port=options.port, error=getattr(error, "strerror", None) or error)
        ) from None
    ended = threading.Event()
    if not options.paste:
        threading.Thread(target=state.keep_looking, args=(ended,), daemon=True).start()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    port = server.server_address[1]
    sys.stderr.write(
        tr(
            "podpath: from another machine: ssh -L {port}:{address}:{port} {gethostname}, then open the same "
            "address; Ctrl-C ends it\n",
            port=port,
            address=ADDRESS,
            gethostname=shlex.quote(socket.gethostname()),
        )
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        ended.set()
        server.server_close()
    return 0
