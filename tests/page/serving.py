"""A server of the live page, as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from podpath.page.live import PageState, Server

TOKEN = "a-token"  # noqa: S105 - of a test


@contextmanager
def serving(state: PageState) -> Iterator[Server]:
    """Serve a state in a thread of its own."""
    server = Server(state, TOKEN)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
