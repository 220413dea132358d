"""The client of a lab's API server, against a server that answers as that one does; the real one is in tests/real."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from podpath.lab.components import api
from podpath.lab.components.api import Api

Asked = list[tuple[str, str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Asked]]:
    """Return the address of a server that refuses each first request, and what it was asked."""
    heard: Asked = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.append((self.command, self.path, json.loads(body) if body else self.headers["Authorization"]))
            first = [(verb, path) for verb, path, _ in heard].count((self.command, self.path)) == 1
            self.send_response(409 if self.path.endswith("/there") else 503 if first else 200)
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(api, "_PATIENCE", 1.0)
    monkeypatch.setattr(api, "_PAUSE", 0.01)
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def test_a_path_is_waited_for(asked: tuple[str, Asked]) -> None:
    """A server that is not ready is asked again."""
    server, heard = asked
    Api(server, "secret").wait("/readyz")
    assert heard == [("GET", "/readyz", "Bearer secret")] * 2


def test_an_object_is_made_with_its_status(asked: tuple[str, Asked]) -> None:
    """A server ignores the status of what is made, so it is written behind it."""
    server, heard = asked
    made = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": {"phase": "x"}}
    Api(server, "").write(made)
    assert heard[1] == ("POST", "/api/v1/nodes", made)
    assert heard[-1] == ("PATCH", "/api/v1/nodes/n1/status", {"status": {"phase": "x"}})


def test_what_nobody_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some time."""
    monkeypatch.setattr(api, "_PATIENCE", 0.05)
    with pytest.raises(TimeoutError, match="/readyz: "):
        Api("http://127.0.0.1:1", "").wait("/readyz")
