"""``podpath serve``: the report, live, on this machine's loopback; traces and what-ifs are asked from the page.

Whoever knows the token in the address may read; nothing can be changed by it, on the node or elsewhere. The name in the
request must be loopback's, so a foreign page cannot reach it by DNS rebinding; only GET is answered. With ``--allow-probe`` one
POST is, too: it sends the packets of a trace, from this node; with ``--paste`` another one, which brings a text. A header of
podpath's own keeps other pages from asking for them.
"""

import hashlib
import hmac
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from podpath.checks.engine.run import run_checks
from podpath.page.report import Live, render
from podpath.picture import path as picture
from podpath.picture.graph import map_of
from podpath.picture.layout_engine import LayoutError
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
_PROBE: Final = "X-Podpath-Probe"
"""Header of a request that sends packets: another page cannot add it without asking first, and gets no permission."""
_PASTE: Final = "X-Podpath-Paste"
"""Header of a request that brings a text, for the same reason."""
_MOST_TEXT: Final = 32 << 20
"""Maximum size of a text, in bytes."""
_TOO_LARGE: Final = f"a text has at most {_MOST_TEXT >> 20} MB here: podpath check FILE reads larger ones"
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
    """A request that is refused because too many wait."""


@dataclass
class Seen:
    """What is served.

    Attributes:
        store: the snapshot.
        report: what the checks say of it.
        graph: the map of it.
        page: the page.
        version: a word that changes when the page should reload: counters and ages do not change it.
        seen: when it was looked at, in seconds since 1970.
    """

    store: Store
    report: Report
    graph: Map
    page: str
    version: str
    seen: float


@dataclass
class PageState:
    """The state that is looked at again and again.

    Attributes:
        look: captures or reads it.
        every: seconds between two looks.
        prove: sends the packets of a trace and returns it with what was seen, or None if that is not allowed.
    """

    takes: ClassVar[bool] = False
    """A text may be sent to it (page/paste.py)."""
    look: Callable[[], Store]
    every: float
    prove: Callable[[Trace, Store], Trace] | None = None
    trouble: str = ""
    _seen: Seen | None = None
    _watched: threading.Event = field(default_factory=threading.Event)
    """Some page has asked since the last look; open pages ask every few seconds."""
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
        page = render(store, report, graph=graph, live=Live(version, names(store), self.prove is not None, self.takes))
        seen = Seen(store, report, graph, page, version, time.time())
        with self._work:
            before, self._seen, self.trouble = self._seen, seen, ""
            if before is not None:
                before.store.close()
        return seen

    def keep_looking(self, ended: threading.Event) -> None:
        """Read the state until the end, as long as a page is open; the page stays, and shows errors."""
        while not ended.wait(self.every):
            if not self._watched.is_set():
                continue
            self._watched.clear()
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001 - the page says it, and the next look may succeed
                self.trouble = str(error)

    def page(self) -> str:
        """Return the page."""
        self._watched.set()
        return self._now().page

    def form(self) -> str:
        """Return the page that takes a text.

        Raises:
            EndpointError: no text can be sent to this server.
        """
        raise EndpointError("podpath serve --paste takes texts; this is another snapshot's page")

    def take(self, text: str) -> str:
        """Take a text; errors are those of :meth:`form`."""
        del text
        return self.form()

    def told(self) -> str:
        """Return when the state was captured, and which version of the page shows it."""
        self._watched.set()
        now = self._now()
        return json_text({"version": now.version, "seen": now.seen, "trouble": self.trouble})

    def _now(self) -> Seen:
        return self._seen if self._seen is not None else self.refresh()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Lock the store for one request; requests are refused if more wait than a person can make.

        Raises:
            BusyError: too many wait.
        """
        self._now()
        if not self._waiting.acquire(blocking=False):
            raise BusyError("too many requests at once: try again when they are done")
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

    def proven(self, asked: dict[str, list[str]]) -> str:
        """Send the packets of a trace, and return it as JSON: text, and a picture if it can be drawn.

        Raises:
            EndpointError: an end means nothing, or packets cannot be sent for this.
        """
        assert self.prove is not None  # noqa: S101 - the handler looked
        if asked.get("what-if"):
            raise EndpointError("a change that is only tried gets no packets: clear What if")
        with self._working():
            trace = self.prove(self._trace(asked), self._now().store)
            text = as_text(TraceTerminal(_COLUMNS, evidence=True).lines(trace))
            try:
                drawn = picture.render(trace, self._now().graph)
            except LayoutError:
                drawn = ""
        return json_text({"text": text, "picture": drawn})

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
    """Serves one state to clients with the token.

    Args:
        state: what is served.
        token: the first part of every path.
        port: port of the loopback address; 0 lets the kernel choose.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, state: PageState, token: str, port: int = 0) -> None:
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
    default_request_version = "HTTP/1.0"
    """Of a request that names no version: an answer in HTTP/0.9 would have no headers, and so no policy."""
    _kind = ""
    _text = ""
    """What came with the request."""
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
        state = self.server.state
        self._respond(
            lambda asked: {
                "": ("text/html", state.page),
                **({"paste": ("text/html", state.form)} if state.takes else {}),
                "state": ("application/json", state.told),
                "trace": ("text/plain", lambda: state.trace(asked)),
                "path.svg": ("image/svg+xml", lambda: state.drawn(asked)),
            }
        )

    def do_POST(self) -> None:
        """Answer a request to send packets, or to take a text, if that is allowed and the served page asks for it."""
        state = self.server.state
        probes = state.prove is not None and self.headers.get(_PROBE) == "1"
        if not probes and not (state.takes and self.headers.get(_PASTE) == "1"):
            self._end.cancel()
            self._answer(HTTPStatus.NOT_IMPLEMENTED, "text/plain", "nothing can be sent to this server\n")
            return
        self._respond(
            lambda asked: (
                {"probe": ("application/json", lambda: state.proven(asked))}
                if probes
                else {"paste": ("application/json", lambda: state.take(self._text))}
            )
        )

    def _respond(self, parts_of: Callable[[dict[str, list[str]]], Mapping[str, tuple[str, Callable[[], str]]]]) -> None:
        """Answer a client with the token with the part that the path names."""
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
        size = self.headers.get("Content-Length") or "0"
        if not size.isdecimal() or int(size) > _MOST_TEXT:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", f"{_TOO_LARGE}\n")
            return
        self._text = self.rfile.read(int(size)).decode("utf-8", "replace")
        self._end.cancel()
        try:
            parts = parts_of(parse_qs(url.query, max_num_fields=_CHANGES * 2))
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST, "text/plain", "too many fields\n")
            return
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
