"""The report in a real browser: what a person clicks, and that nothing from a snapshot runs."""

import functools
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.clusters import add_pods, damages, write_snapshot
from podpath.checks.engine.run import run_checks
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.page.report import _WORDS, file_of_page, render
from podpath.snapshot.store import Store
from tests.browser import Opened

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
HOSTILE = "</script><img src=x onerror=alert(1)>"
TEXT = f"""\
[root@n1 ~]# ip address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.168.0.1/24 scope global eth0
5: veth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    link/ether 52:54:00:00:00:05 brd ff:ff:ff:ff:ff:ff link-netnsid 0
[root@n1 ~]# docker ps
CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES
0123456789ab   {HOSTILE}   "sh"   2 days ago   Up 2 days      web
[root@n1 ~]# ip frobnicate {HOSTILE}
{HOSTILE}
"""


def page_of(*paths: str | Path) -> str:
    """Return the report of snapshots or pasted text."""
    with Progress() as progress, open_snapshots([str(path) for path in paths], progress) as store:
        return render(store, run_checks(store))


@functools.cache
def broken() -> str:
    """Return the report of a cluster with a broken tunnel."""
    return page_of(ROOT / "samples" / "broken-tunnel")


def click_cell(opened: Opened, row: int, column: int) -> None:
    """Click a cell of the first matrix, where it is painted."""
    page = opened.page
    page.locator("#matrix-0").focus()
    page.keyboard.press("Home")
    for key, times in (("ArrowUp", 2), ("ArrowDown", row), ("ArrowRight", column)):
        for _ in range(times):
            page.keyboard.press(key)
    box = page.locator("#matrix-0-at").bounding_box()
    assert box is not None
    page.keyboard.press("ArrowLeft" if column else "ArrowRight")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_nothing_overlaps_or_asks_or_fails(show: Callable[..., Opened]) -> None:
    """No error on the console, no request, no text over another, and nothing serious for axe."""
    opened = show(broken(), "html")
    assert opened.violations() == []
    click_cell(opened, 0, 1)
    opened.page.locator("#chain-0 li").first.wait_for()
    opened.page.select_option("#table", "route")
    opened.page.locator("#rows td").first.wait_for()
    assert opened.violations() == []
    opened.page.evaluate("scrollTo(0, 0)")  # the bar of links stays in sight, over what is scrolled below it
    assert opened.faults() == []
    assert opened.said == []
    assert opened.asked == []


def test_findings_are_filtered(show: Callable[..., Opened]) -> None:
    """By node, by severity, by check and by words; how many are shown is said."""
    page = show(broken(), "html").page
    findings = page.locator("#findings details:visible")
    assert findings.count() == 2
    for field, told, others in (("#by-severity", "error", ("warning", "info")), ("#by-node", "n2", ())):
        page.select_option(field, told)
        assert findings.count() == 2
        for other in others:
            page.select_option(field, other)
            assert findings.count() == 0
            assert page.locator("#shown").text_content() == "0 of 2 shown"
        page.select_option(field, "")
    page.select_option("#by-check", "vtep-mac-mismatch")
    assert findings.count() == 1
    assert page.locator("#shown").text_content() == "1 of 2 shown"
    page.select_option("#by-check", "")
    page.fill("#by-words", "no entry 10.244.1.0")
    assert findings.count() == 1
    page.fill("#by-words", "nothing has this")
    assert findings.count() == 0


def test_a_mend_is_copied(show: Callable[..., Opened]) -> None:
    """The command alone, without the node that it is for."""
    opened = show(broken(), "html")
    button = opened.page.locator(".fix button[data-copy^='ip neigh replace']").first
    opened.page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    button.click()
    assert opened.page.evaluate("window.copied") == button.get_attribute("data-copy")
    assert button.text_content() == "copied"


def test_a_cell_opens_its_chain_by_mouse_and_by_keyboard(show: Callable[..., Opened]) -> None:
    """Each link with the line that shows it, and where it stands."""
    opened = show(broken(), "html")
    page = opened.page
    click_cell(opened, 0, 1)
    page.locator("#chain-0 li").first.wait_for()
    said = page.locator("#chain-0").text_content() or ""
    assert "n1 → n2: broken" in said
    assert "lladdr 0a:58:0a:f4:02:00 PERMANENT" in said
    assert re.search(r"n1\.txt:\d+", said)
    page.locator("#matrix-0").focus()
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("n2 → n1: broken").wait_for()


def test_a_table_is_searched(show: Callable[..., Opened]) -> None:
    """All words must be in a row."""
    page = show(broken(), "html").page
    page.select_option("#table", "route")
    page.locator("#rows td").first.wait_for()
    every = page.locator("#rows tbody tr").count()
    page.fill("#rows-words", "n1 flannel.1 onlink")
    page.locator("#rows tbody tr").nth(every - 1).wait_for(state="detached")
    assert "10.244.2.0" in (page.locator("#rows").text_content() or "")


def test_what_is_open_names_the_command_that_tells(show: Callable[..., Opened]) -> None:
    """Each unknown with a button that copies it."""
    page = show(broken(), "html").page
    unknown = page.locator("#unknowns details").first
    unknown.locator("summary").click()
    assert unknown.locator("button[data-copy]").get_attribute("data-copy")


def test_names_of_strangers_stay_text(show: Callable[..., Opened], tmp_path: Path) -> None:
    """Not as markup in the page, not out of its data, not in a table: nothing runs."""
    file = tmp_path / "n1.txt"
    file.write_text(TEXT)
    opened = show(page_of(file), "html")
    opened.page.on("dialog", lambda dialog: opened.said.append(f"dialog: {dialog.message}"))
    for name in opened.page.eval_on_selector_all("#table option", "all => all.map(one => one.value).filter(Boolean)"):
        opened.page.select_option("#table", name)
        opened.page.locator("#rows td").first.wait_for()
    assert opened.page.locator("img").count() == 0
    assert HOSTILE in (opened.page.locator("body").text_content() or "")
    assert opened.said == []
    assert opened.asked == []


def test_paper_gets_every_line(show: Callable[..., Opened]) -> None:
    """What was folded is open when it is printed; what needs a click is left out."""
    page = show(broken(), "html").page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#findings details:not([open])").count() == 0
    assert not page.locator("nav").is_visible()
    assert not page.locator("#matrix-0").is_visible()
    assert page.locator(".paper canvas").is_visible()
    assert page.locator(".paper").inner_text() == "2 nodes: rows send, columns receive"
    assert (168, 60, 0) in pixels(page, ".paper canvas")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".paper").count() == 0


def test_dark_and_light_are_both_legible(show: Callable[..., Opened]) -> None:
    """Contrast is judged by axe in either."""
    opened = show(broken(), "html")
    opened.page.emulate_media(color_scheme="dark")
    assert opened.violations() == []


def test_the_pair_that_is_pointed_at_is_told(show: Callable[..., Opened]) -> None:
    """In words, for a screen reader; and the next doubtful one is a key away."""
    page = show(broken(), "html").page
    page.locator("#matrix-0").focus()
    for keys, words in ((("Home",), "n1"), (("ArrowRight",), "n1 to n2: broken"), (("n",), "n2 to n1: broken")):
        for key in keys:
            page.keyboard.press(key)
        at = page.locator("#matrix-0").get_attribute("aria-activedescendant")
        assert page.locator(f"#{at}").get_attribute("aria-label") == words
    page.get_by_text("n2 → n1: broken").wait_for()
    page.locator("#next-0").click()
    page.get_by_text("n1 → n2: broken").wait_for()


def pixels(page: "Page", canvas: str = "#matrix-0 canvas") -> set[tuple[int, ...]]:
    """Return the colours of a canvas; of the first matrix, if not told otherwise."""
    found = page.evaluate(
        """(where) => {
            const canvas = document.querySelector(where), found = new Set();
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            for (let at = 0; at < data.length; at += 4) found.add(data.slice(at, at + 3).join(' '));
            return [...found];
        }""",
        canvas,
    )
    return {tuple(int(part) for part in one.split()) for one in found}


def test_the_matrix_is_painted_in_the_page_s_colours(show: Callable[..., Opened]) -> None:
    """Each state has its own; another scheme repaints it."""
    page = show(page_of(ROOT / "samples" / "three-node-canal"), "html").page
    page.locator("#matrix-0").scroll_into_view_if_needed()
    assert {(232, 242, 249), (232, 245, 240)} <= pixels(page)
    page.emulate_media(color_scheme="dark")
    dark = {(22, 41, 58), (20, 41, 31)}
    deadline = time.monotonic() + 20
    while not dark <= pixels(page) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert dark <= pixels(page)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_five_hundred_nodes_stay_usable(show: Callable[..., Opened], tmp_path: Path) -> None:
    """15 MB, the first view in 2 seconds, nodes that open, 250,000 cells that scroll smoothly, a proven pair with its entries.

    Times are the page's own processor time: a machine that does something else as well says nothing of the page.
    """
    file = tmp_path / "many.podpath"
    write_snapshot(file, 500)
    add_pods(file, 500, 30)
    with Store.open_for_writing(file) as store:
        for damage in damages(500, 20, 1):
            store.connection.execute(damage.sql)
    text = page_of(file)
    assert len(text.encode()) < 15_000_000
    opened = show(text, "html")
    page = opened.page
    assert min(opened.spent(page.reload) for _ in range(2)) < 2
    assert page.evaluate("document.getElementById('matrix-0').firstElementChild.clientHeight") > 500 * 24
    page.get_by_label("node node-7", exact=True).first.click()
    page.get_by_text("shop/web-7-0 … shop/web-7-29").wait_for()
    page.locator("#matrix-0").scroll_into_view_if_needed()
    scroll = """async () => {
        const box = document.getElementById('matrix-0');
        for (let at = 0; at < 60; at++) {
            box.scrollTop += 97; box.scrollLeft += 61;
            await new Promise(requestAnimationFrame);
        }
        box.scrollTo(0, 0);
    }"""
    # 60 frames a second; painted here by the processor, as no graphics card does it.
    assert min(opened.spent(lambda: page.evaluate(scroll)) for _ in range(3)) / 60 < 1 / 30
    page.locator("#matrix-0").focus()
    page.keyboard.press("Enter")
    page.locator("#chain-0 li").first.wait_for()
    assert page.locator("#chain-0 .sign.proven").count() >= 4


def test_the_scripts_say_only_what_a_catalog_can_have() -> None:
    """Each text that they ask for is among the words that the page hands them."""
    for name in ("report.js", "live.js"):
        asked = re.findall(r'\bsay\("([^"]*)"', file_of_page(name))
        assert asked
        assert set(asked) <= set(_WORDS)
