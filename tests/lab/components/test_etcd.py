"""Writing a key of etcd."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from podpath.lab.components import etcd


def test_a_key_is_written_as_etcd_reads_it() -> None:
    """Both in base64, by POST."""
    heard: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    etcd.put(f"http://127.0.0.1:{server.server_port}", "/a", "b")
    server.shutdown()
    server.server_close()
    assert heard == [("/v3/kv/put", {"key": base64.b64encode(b"/a").decode(), "value": base64.b64encode(b"b").decode()})]


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some time."""
    monkeypatch.setattr(etcd, "_PATIENCE", 0.05)
    with pytest.raises(TimeoutError, match="127"):
        etcd.put("http://127.0.0.1:1", "/a", "b")
