"""``podpath serve``: the report, live, on this machine's loopback; traces and what-ifs are asked from the page.

Whoever knows the token in the address may read; nothing can be changed by it, on the node or elsewhere. The name in the
request must be loopback's, so that no page of a stranger can come by way of DNS; only GET is answered.
"""

import hashlib
import hmac
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from podpath.checks.engine.run import run_checks
from podpath.page.report import Live, render
from podpath.picture import path as picture
from podpath.picture.graph import map_of
from podpath.picture.graphviz import LayoutError
from podpath.picture.model import Map
from podpath.report.json_text import json_text
from podpath.report.terminal import as_text
from podpath.report.trace import TraceTerminal
from podpath.snapshot.store import Store
from podpath.state.finding import Report
from podpath.state.trace import Trace
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from podpath.walk.what_if.commands import changes

ADDRESS: Final = "127.0.0.1"
_COLUMNS: Final = 100
_LARGEST: Final = 65535
_PORT: Final = re.compile("[0-9]{1,5}")
_PROTOCOLS: Final = ("icmp", "tcp", "udp", "sctp")
_QUESTIONS: Final = 8
_CHANGES: Final = 50
_CONNECTIONS: Final = 64
_SECONDS: Final = 10.0
"""Time for a request to come."""
_POLICY: Final = {
    "text/html": "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
    "": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
}
"""What a page may do; that of the report names its one script in itself (page/report.py)."""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class BusyError(Exception):
    """A question that is not answered, because too many wait."""


@dataclass
class Seen:
    """What is served.

    Attributes:
        store: the snapshot.
        report: what the checks say of it.
        graph: the map of it.
        page: the page.
        version: a word that differs when the page should be loaded anew: counters and ages that pass are no reason.
        seen: when it was looked at, in seconds since 1970.
    """

    store: Store
    report: Report
    graph: Map
    page: str
    version: str
    seen: float


@dataclass
class State:
    """The state that is looked at again and again.

    Attributes:
        look: captures or reads it.
        every: seconds between two looks.
    """

    look: Callable[[], Store]
    every: float
    trouble: str = ""
    _seen: Seen | None = None
    _work: threading.Lock = field(default_factory=threading.Lock)
    """Whoever reads the store holds it; the page and its state are ready, and wait for nobody."""
    _waiting: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_QUESTIONS))

    def refresh(self) -> Seen:
        """Look, and keep what is there.

        Raises:
            LayoutError: the map cannot be drawn.
        """
        store = self.look()
        report = run_checks(store)
        graph = map_of(store, report)
        version = _version(report, graph)
        page = render(store, report, graph=graph, live=Live(version, names(store)))
        seen = Seen(store, report, graph, page, version, time.time())
        with self._work:
            before, self._seen, self.trouble = self._seen, seen, ""
            if before is not None:
                before.store.close()
        return seen

    def keep_looking(self, ended: threading.Event) -> None:
        """Look again until the end; what goes wrong is told by the page, which stays."""
        while not ended.wait(self.every):
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001 - the page says it, and the next look may succeed
                self.trouble = str(error)

    def page(self) -> str:
        """Return the page."""
        return self._now().page

    def told(self) -> str:
        """Return when the state was seen, and which version of the page shows it."""
        now = self._now()
        return json_text({"version": now.version, "seen": now.seen, "trouble": self.trouble})

    def _now(self) -> Seen:
        return self._seen if self._seen is not None else self.refresh()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Hold the store for one question; of more that wait than a person can ask, the rest is refused.

        Raises:
            BusyError: too many wait.
        """
        self._now()
        if not self._waiting.acquire(blocking=False):
            raise BusyError("too many questions at once: ask again when they are answered")
        try:
            with self._work:
                yield
        finally:
            self._waiting.release()

    def trace(self, asked: dict[str, list[str]]) -> str:
        """Return a trace as text.

        Raises:
            EndpointError: an end, or a change to try, means nothing.
        """
        with self._working():
            return as_text(TraceTerminal(_COLUMNS, evidence=True).lines(self._trace(asked)))

    def drawn(self, asked: dict[str, list[str]]) -> str:
        """Return the path of a trace as a picture; errors are those of :meth:`trace`.

        Raises:
            LayoutError: it cannot be drawn.
        """
        with self._working():
            return picture.render(self._trace(asked), self._now().graph)

    def _trace(self, asked: dict[str, list[str]]) -> Trace:
        one = {name: values[-1] for name, values in asked.items()}
        port = one.get("port", "")
        if port and not (_PORT.fullmatch(port) and 0 < int(port) <= _LARGEST):
            raise EndpointError(f"{port} is no port: 1 to {_LARGEST}")
        proto = one.get("proto") or ("tcp" if port else "icmp")
        if proto not in _PROTOCOLS:
            raise EndpointError(f"{proto} is none of {', '.join(_PROTOCOLS)}")
        if proto != "icmp" and not port:
            raise EndpointError(f"{proto} needs a port")
        store = self._now().store
        tried = asked.get("what-if", [])
        if len(tried) > _CHANGES:
            raise EndpointError(f"{len(tried)} changes are more than {_CHANGES}, which can be tried at once")
        world = Cluster(store, changes(store, tried))
        source = endpoint(world, one.get("from", ""))
        target = endpoint(world, one.get("to", ""), source.ns)
        return Tracer(world).trace(Ask(source=source, destination=target, proto=proto, port=int(port) if port else None))


def _version(report: Report, graph: Map) -> str:
    said = [(one.check, one.node, one.netns, one.summary) for one in report.findings]
    unknown = [(one.node, one.missing) for one in report.unknowns]
    mesh = [(one.name, one.nodes, one.proven, one.broken, one.unknown) for one in report.overlays]
    shown = repr((said, unknown, mesh, graph))
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:16]


def names(store: Store) -> list[str]:
    """Return the names by which ends can be asked for: containers, pods and namespaces, then nodes."""
    rows = store.raw("SELECT DISTINCT name FROM netns WHERE kind <> 'host' AND name IS NOT NULL ORDER BY name")
    return [name for (name,) in rows] + [f"node:{name}" for (name,) in store.raw("SELECT name FROM node ORDER BY name")]


class Server(ThreadingHTTPServer):
    """Serves one state to whoever knows the token.

    Args:
        state: what is served.
        token: the first part of every path.
        port: port of the loopback address; 0 lets the kernel choose.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, state: State, token: str, port: int = 0) -> None:
        self.state, self.token = state, token
        self._asking: dict[socket.socket, None] = {}
        self._guard = threading.Lock()
        super().__init__((ADDRESS, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the standard library has it
        """Answer a request; of connections that ask nothing, the oldest make way."""
        with self._guard:
            self._asking[request] = None
            late = list(self._asking)[:-_CONNECTIONS]
        for one in late:
            self.asked(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def asked(self, request: socket.socket) -> None:
        """Note that a connection has said what it wants, or has ended."""
        with self._guard:
            self._asking.pop(request, None)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as above
        """End a connection."""
        self.asked(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Say nothing of connections that end in their middle: that is a browser's right."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{ADDRESS}:{self.server_address[1]}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SECONDS
    server_version = "podpath"
    _kind = ""
    sys_version = ""

    def setup(self) -> None:
        """Give the whole request its time, however slowly it drips."""
        super().setup()
        self._end = threading.Timer(_SECONDS, self._too_late)
        self._end.daemon = True
        self._end.start()

    def _too_late(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RD)

    def finish(self) -> None:
        """End the connection."""
        self._end.cancel()
        super().finish()

    def do_GET(self) -> None:
        """Answer a request for the page or a part of it."""
        self._end.cancel()
        if self.headers.get("Host", "") not in {f"{name}:{self.server.server_address[1]}" for name in (ADDRESS, "localhost")}:
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "this is not a name of this server\n")
            return
        url = urlsplit(self.path)
        _, token, *rest = (url.path + "/").split("/")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            self._answer(
                HTTPStatus.FORBIDDEN, "text/plain", "the address lacks its token: take the one that `podpath serve` printed\n"
            )
            return
        self.server.asked(self.connection)
        try:
            state, asked = self.server.state, parse_qs(url.query, max_num_fields=_CHANGES * 2)
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST, "text/plain", "too many fields\n")
            return
        parts: dict[str, tuple[str, Callable[[], str]]] = {
            "": ("text/html", state.page),
            "state": ("application/json", state.told),
            "trace": ("text/plain", lambda: state.trace(asked)),
            "path.svg": ("image/svg+xml", lambda: state.drawn(asked)),
        }
        if rest[0] not in parts:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "there is nothing here\n")
            return
        kind, make = parts[rest[0]]
        try:
            body = make()
        except (EndpointError, LayoutError) as error:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, "text/plain", f"{error}\n")
        except BusyError as error:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", f"{error}\n")
        except Exception as error:  # noqa: BLE001 - what was captured may be anything, and the page stays
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, "text/plain", f"this cannot be told ({type(error).__name__})\n")
        else:
            self._answer(HTTPStatus.OK, kind, body)

    def _answer(self, status: HTTPStatus, kind: str, body: str) -> None:
        sent = body.encode("utf-8", "replace")
        self._kind = kind
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def end_headers(self) -> None:
        """End the headers of any answer, those that the standard library makes included, with the policy."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", _POLICY.get(self._kind, _POLICY[""]))
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the standard library's own
        """Say nothing of requests: the address holds the token."""
