"""The live page: who may read it, what it answers, and that it follows the state."""

import http.client
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.page.live import ADDRESS, PageState, Server
from podpath.snapshot.store import Store
from podpath.state.live import Agreement, Fate, Live, Rung, SeenDrop, SeenHop, Sight
from podpath.state.trace import Trace
from tests.page.serving import TOKEN, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAMPLE = Path(__file__).parents[2] / "samples" / "broken-tunnel"


@contextmanager
def served(*paths: Path, prove: Callable[[Trace, Store], Trace] | None = None) -> Iterator[Server]:
    """Serve snapshots or pasted text; nobody looks again but the test."""

    def look() -> Store:
        with Progress() as progress:
            return open_snapshots([str(path) for path in paths], progress)

    state = PageState(look, 3600, prove)
    try:
        with serving(state) as server:
            yield server
    finally:
        state.refresh().store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server of the sample."""
    with served(SAMPLE) as made:
        yield made


def ask(
    server: Server, path: str, *, method: str = "GET", host: str | None = None, probe: bool = False
) -> tuple[int, str, dict[str, str]]:
    """Return status, text and headers of an answer."""
    port = server.server_address[1]
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=30)
    connection.request(method, path, headers={"Host": host or f"{ADDRESS}:{port}", **({"X-Podpath-Probe": "1"} if probe else {})})
    response = connection.getresponse()
    answer = response.status, response.read().decode(), dict(response.getheaders())
    connection.close()
    return answer


def test_only_this_machine_can_ask(server: Server) -> None:
    """It listens on loopback."""
    assert server.server_address[0] == "127.0.0.1"


def test_without_the_token_nothing_is_told(server: Server) -> None:
    """Not the page, and nothing of its parts."""
    for path in ("/", "/wrong/", "/wrong/state", "/a-toke/", "/%00/"):
        status, text, _ = ask(server, path)
        assert (status, "n1" in text) == (403, False)


def test_a_stranger_s_name_for_this_address_is_refused(server: Server) -> None:
    """A page elsewhere whose name leads here gets nothing, token or not."""
    assert ask(server, f"/{TOKEN}/", host=f"evil.example:{server.server_address[1]}")[0] == 421
    assert ask(server, f"/{TOKEN}/", host=f"localhost:{server.server_address[1]}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_sent(server: Server, method: str) -> None:
    """There is no action to ask for."""
    assert ask(server, f"/{TOKEN}/", method=method)[0] == 501


def test_the_page_may_ask_its_own_server_alone(server: Server) -> None:
    """By its policy; and nobody may frame or keep it."""
    _, text, headers = ask(server, f"/{TOKEN}/")
    assert "default-src 'none'; script-src 'sha256-" in text
    assert "connect-src 'self'; img-src 'self' data:" in text
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "Python" not in headers["Server"]


def test_a_trace_is_answered_and_drawn(server: Server) -> None:
    """With the cause, and as a picture."""
    status, text, _ = ask(server, f"/{TOKEN}/trace?from=p1&to=p2")
    assert (status, "vtep-mac-mismatch" in text) == (200, True)
    status, text, headers = ask(server, f"/{TOKEN}/path.svg?from=p1&to=p2")
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert text.startswith(("<svg", "<?xml"))


def test_a_mend_is_tried_on_a_copy(server: Server) -> None:
    """The next question is asked of the state as it is."""
    what = "n1:%20ip%20neigh%20replace%2010.244.2.0%20lladdr%205e:89:db:49:c6:a4%20dev%20flannel.1%20nud%20permanent"
    before = ask(server, f"/{TOKEN}/trace?from=p1&to=p2")[1]
    tried = ask(server, f"/{TOKEN}/trace?from=p1&to=p2&what-if={what}")[1]
    assert tried != before
    assert "what if" in tried
    assert ask(server, f"/{TOKEN}/trace?from=p1&to=p2")[1] == before


@pytest.mark.parametrize("query", ["from=p1", "from=nobody&to=p2", "from=p1&to=p2&port=x", "from=p1&to=p2&proto=<b>",
                                   "from=p1&to=p2&what-if=rm%20-rf%20/"])  # fmt: skip
def test_what_means_nothing_is_told(server: Server, query: str) -> None:
    """As a sentence, with no traceback."""
    status, text, _ = ask(server, f"/{TOKEN}/trace?{query}")
    assert status == 422
    assert text.strip()
    assert "Traceback" not in text


def test_the_page_traces_and_follows_the_state(browser: "Browser", tmp_path: Path) -> None:
    """Two ends are picked, a mend is tried; when the state changes, the page is loaded anew."""
    for file in SAMPLE.glob("*.txt"):
        shutil.copy(file, tmp_path)
    said: list[str] = []
    with served(tmp_path) as server, browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith(server.url) else None)
        page.goto(server.url)
        page.fill("#trace-from", "p1")
        page.fill("#trace-to", "p2")
        page.get_by_role("button", name="trace").click()
        page.get_by_text("p1 → p2").first.wait_for()
        page.locator("#trace-picture img").wait_for()
        assert page.locator("#trace-picture img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
        assert page.locator("#findings details").count() == 2
        mended = (tmp_path / "n1.txt").read_text().replace("0a:58:0a:f4:02:00", "5e:89:db:49:c6:a4")
        (tmp_path / "n1.txt").write_text(mended)
        server.state.refresh()
        page.wait_for_event("load")
        page.locator("h1").wait_for()
        page.get_by_text("p1 → p2").first.wait_for()
        assert page.get_by_text("vtep-mac-mismatch").count() == 0
        assert page.input_value("#trace-from") == "p1"
    assert said == []


def test_every_answer_has_a_policy(server: Server) -> None:
    """Pages, pictures, errors of ours and of the standard library."""
    for path, method in ((f"/{TOKEN}/", "GET"), (f"/{TOKEN}/path.svg?from=p1&to=p2", "GET"), ("/", "GET"), ("/", "PUT")):
        _, _, headers = ask(server, path, method=method)
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_request_of_the_oldest_kind_gets_the_policy_too(server: Server) -> None:
    """HTTP/0.9 knows no headers: it is answered as HTTP/1.0."""
    with socket.create_connection((ADDRESS, server.server_address[1]), timeout=30) as connection:
        connection.sendall(f"GET /{TOKEN}/state\r\nHost: {ADDRESS}:{server.server_address[1]}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.0 200 ")
    assert b"\r\nContent-Security-Policy: " in answer


def test_connections_that_ask_nothing_are_in_nobody_s_way(server: Server) -> None:
    """Three hundred of any local user: the page is there at once, and they have no thread each for ever."""
    idle = [socket.create_connection((ADDRESS, server.server_address[1])) for _ in range(300)]
    try:
        began = time.monotonic()
        assert ask(server, f"/{TOKEN}/state")[0] == 200
        assert time.monotonic() - began < 5
        assert threading.active_count() < 250
    finally:
        for one in idle:
            one.close()


def test_nobody_looks_while_nobody_watches() -> None:
    """A page that is open asks every few seconds; once it is closed, the node is left alone."""
    looked, ended = threading.Semaphore(0), threading.Event()

    def look() -> Store:
        looked.release()
        with Progress() as progress:
            return open_snapshots([str(SAMPLE)], progress)

    state = PageState(look, 0.01)
    state.refresh()
    assert looked.acquire(timeout=0)
    keeper = threading.Thread(target=state.keep_looking, args=(ended,))
    keeper.start()
    try:
        assert not looked.acquire(timeout=0.3), "nobody has asked"
        state.told()
        assert looked.acquire(timeout=30), "somebody has"
    finally:
        ended.set()
        keeper.join()
        state.refresh().store.close()


def test_the_page_does_not_wait_for_a_question(server: Server) -> None:
    """Somebody's trace holds the store; too many of them are refused."""
    with server.state._work:
        began = time.monotonic()
        assert ask(server, f"/{TOKEN}/state")[0] == ask(server, f"/{TOKEN}/")[0] == 200
        assert time.monotonic() - began < 2
        waiting = [threading.Thread(target=ask, args=(server, f"/{TOKEN}/trace?from=p1&to=p2")) for _ in range(8)]
        for one in waiting:
            one.start()
        while server.state._waiting._value:
            time.sleep(0.005)
        assert ask(server, f"/{TOKEN}/trace?from=p1&to=p2")[0] == 503
    for one in waiting:
        one.join()


@pytest.mark.parametrize("query", ["port=%C2%B2", "port=" + "9" * 5000, "proto=tcp", "&".join(["what-if=n1:%20x"] * 60),
                                   "what-if=n1:%20ip%20route%20add%2010.0.0.0/8%20via"])  # fmt: skip
def test_odd_questions_are_told_and_nothing_else(server: Server, query: str) -> None:
    """No connection is closed without an answer."""
    assert ask(server, f"/{TOKEN}/trace?from=p1&to=p2&{query}")[0] in {400, 414, 422}


def proven(trace: Trace, _: Store) -> Trace:
    """Return a trace as if its packets had been sent; real ones are sent in tests/cli/test_probe.py."""
    drop = SeenDrop("n2", "", "flannel.1", "OTHERHOST", "ip_rcv_core", "for another MAC", ("vtep-mac-mismatch",))
    hops = tuple(SeenHop(Sight.SEEN, float(at)) for at in range(len(trace.forward.worst.hops)))
    live = Live(Rung.TRACEPOINTS, Agreement.AGREED, Fate.SILENT, 3, 0, 3)
    return trace._replace(live=live._replace(forward=hops, drop=drop))


@pytest.mark.parametrize("token", [TOKEN, "wrong"])
def test_packets_are_sent_only_where_that_is_allowed(server: Server, token: str) -> None:
    """Off unless --allow-probe; with it, only for whoever has the token, and only with podpath's own header."""
    query = f"/{token}/probe?from=p1&to=p2"
    assert ask(server, query, method="POST", probe=True)[0] == 501
    with served(SAMPLE, prove=proven) as allowed:
        status, text, _ = ask(allowed, query, method="POST", probe=True)
        assert status == (200 if token == TOKEN else 403)
        if status == 200:
            answer = json.loads(text)
            assert "predicted and seen: dropped on n2 flannel.1" in answer["text"]
            assert answer["picture"].startswith("<svg")
        assert ask(allowed, query, method="POST")[0] == 501
        assert ask(allowed, query, probe=True)[0] == (404 if token == TOKEN else 403)
        assert ask(allowed, f"{query}&what-if=ip+link+set+lo+up", method="POST", probe=True)[0] in {422, 403}


def test_a_click_sends_packets_and_a_reload_does_not(browser: "Browser") -> None:
    """The button is there only where it may be used."""
    sent: list[str] = []

    def counted(trace: Trace, store: Store) -> Trace:
        sent.append(trace.flow.text)
        return proven(trace, store)

    with served(SAMPLE, prove=counted) as allowed:
        page = browser.new_page()
        page.goto(allowed.url)
        page.fill("#trace-from", "p1")
        page.fill("#trace-to", "p2")
        page.click("#trace-probe")
        page.locator("#trace-answer", has_text="predicted and seen").wait_for()
        page.locator("#trace-picture img").wait_for()
        assert page.locator("#trace-picture img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        page.reload()
        page.locator("#live", has_text="as of").wait_for()
        page.close()
    assert len(sent) == 1
