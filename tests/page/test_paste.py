"""The page that takes a text."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from podpath.api.errors import UserError
from podpath.api.snapshots import pasted
from podpath.page.live import ADDRESS, Server
from podpath.page.paste import COMMANDS, PasteState
from podpath.snapshot.store import Store
from podpath.walk.endpoints import EndpointError
from tests.page.serving import TOKEN, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
TEXT = "\n".join(path.read_text() for path in sorted((ROOT / "samples" / "broken-tunnel").glob("*.txt")))


def _read(text: str) -> Store:
    try:
        return pasted(text, "pasted")
    except UserError as error:
        raise EndpointError(str(error)) from None


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server to which nothing was pasted."""
    with serving(PasteState(_read)) as made:
        yield made


def ask(server: Server, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Return status and text of an answer."""
    connection = http.client.HTTPConnection(ADDRESS, server.server_address[1], timeout=30)
    try:
        connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def send(server: Server, text: str, token: str = TOKEN) -> tuple[int, str]:
    """Send a text as the page does."""
    return ask(server, f"/{token}/paste", text.encode(), **{"X-Podpath-Paste": "1"})


def test_a_text_becomes_the_report(server: Server) -> None:
    """It can be traced in, and another text takes its place; the page that takes one stays."""
    assert "Paste what the nodes print" in ask(server, f"/{TOKEN}/")[1]
    assert ask(server, f"/{TOKEN}/trace?from=p1&to=p2")[0] == 422
    assert send(server, TEXT)[0] == 200
    shown = ask(server, f"/{TOKEN}/")[1]
    assert "vtep-mac-mismatch" in shown
    assert 'href="paste"' in shown
    assert "p1 → p2" in ask(server, f"/{TOKEN}/trace?from=p1&to=p2")[1]
    assert "Paste what the nodes print" in ask(server, f"/{TOKEN}/paste")[1]
    assert send(server, "### node lone\n$ ip route\ndefault via 192.0.2.1 dev eth0\n")[0] == 200
    assert "vtep-mac-mismatch" not in ask(server, f"/{TOKEN}/")[1]


def test_what_says_nothing_is_told_and_changes_nothing(server: Server) -> None:
    """The text before stays."""
    assert send(server, TEXT)[0] == 200
    for text in ("", "hello", "\0" * 100):
        status, told = send(server, text)
        assert (status, "Traceback" in told) == (422, False)
    assert "vtep-mac-mismatch" in ask(server, f"/{TOKEN}/")[1]


def test_only_the_page_itself_brings_a_text(server: Server) -> None:
    """Not a foreign page, not one without the token, and not what is too large."""
    assert ask(server, f"/{TOKEN}/paste", b"x")[0] == 501
    assert ask(server, f"/{TOKEN}/paste", b"x", **{"X-Podpath-Probe": "1"})[0] == 501
    assert send(server, TEXT, "wrong")[0] == 403
    assert ask(server, f"/{TOKEN}/paste", b"x", **{"X-Podpath-Paste": "1", "Host": "evil.example"})[0] == 421
    for size in ("33554433", "-1", "x", "9" * 99):
        status, told = ask(server, f"/{TOKEN}/paste", b"x", **{"X-Podpath-Paste": "1", "Content-Length": size})
        assert (status, told) == (413, "a text has at most 32 MB here: podpath check FILE reads larger ones\n")
    assert "Paste what the nodes print" in ask(server, f"/{TOKEN}/")[1]


def test_the_commands_are_those_of_the_docs() -> None:
    """One line for each node."""
    assert f"# {COMMANDS}\n" in (ROOT / "docs" / "paste.md").read_text(encoding="utf-8")


def test_a_person_pastes_and_reads(browser: "Browser", tmp_path: Path) -> None:
    """Also files, each with its heading; what cannot be read is told beside the text, which stays."""
    said: list[str] = []
    (tmp_path / "n1.txt").write_text("ip route\ndefault via 192.0.2.1 dev eth0\n")
    with serving(PasteState(_read)) as server, browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith(server.url) else None)
        page.goto(server.url)
        page.fill("#text", "hello")
        page.get_by_role("button", name="check").click()
        page.get_by_text("nothing could be read").wait_for()
        assert page.input_value("#text") == "hello"
        page.fill("#text", "")
        page.set_input_files("#files", tmp_path / "n1.txt")
        page.wait_for_function("document.getElementById('text').value.includes('192.0.2.1')")
        assert page.input_value("#text").startswith("==> n1.txt <==\n")
        page.fill("#text", TEXT)
        page.get_by_role("button", name="check").click()
        page.locator("#findings details").first.wait_for()
        page.get_by_role("link", name="paste another text").click()
        page.get_by_role("heading", name="Paste what the nodes print").wait_for()
    assert said == []
