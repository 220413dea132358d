"""A real headless Chromium: pages are opened in it, and what it shows is measured."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
)  # fmt: skip
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")

_MEASURE: Final = """
() => {
  const faults = [];
  const texts = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest('style, script, title, desc, defs, head')) continue;
    if (!holder.checkVisibility() || getComputedStyle(holder).clipPath !== 'none') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 0.5) texts.push({text: node.data.trim(), holder, box});
    }
  }
  // The middle of a line: ascenders and descenders of neighbouring lines may touch.
  const inner = box => ({left: box.left + 1, right: box.right - 1,
                         top: box.top + box.height * 0.2, bottom: box.bottom - box.height * 0.2});
  const order = texts.map(one => ({...one, core: inner(one.box)})).sort((a, b) => a.core.top - b.core.top);
  for (let i = 0; i < order.length; i++) {
    for (let j = i + 1; j < order.length && order[j].core.top < order[i].core.bottom; j++) {
      const a = order[i].core, b = order[j].core;
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
        faults.push(`"${order[i].text}" and "${order[j].text}" overlap`);
      }
    }
  }
  for (const {text, holder, box} of texts) {
    const group = holder.closest('svg g');
    let bound = null;
    for (const rect of group ? group.querySelectorAll(':scope > rect') : []) {
      const r = rect.getBoundingClientRect();
      bound = bound ? {left: Math.min(bound.left, r.left), right: Math.max(bound.right, r.right),
                       top: Math.min(bound.top, r.top), bottom: Math.max(bound.bottom, r.bottom)} : r;
    }
    bound ??= holder.closest('svg')?.getBoundingClientRect();
    if (bound && (box.left < bound.left - 0.5 || box.right > bound.right + 0.5
                  || box.top < bound.top - 3 || box.bottom > bound.bottom + 3)) {
      faults.push(`"${text}" is cut: ${box.left}..${box.right} of ${bound.left}..${bound.right}`);
    }
    for (let el = holder; el && !(el instanceof SVGElement); el = el.parentElement) {
      const hidden = getComputedStyle(el).overflowX === 'hidden';
      if (hidden && el.scrollWidth > el.clientWidth + 1) faults.push(`"${text}" is cut by its box`);
    }
  }
  return faults;
}
"""


@functools.cache
def why_no_browser() -> str | None:
    """Say why no browser can be used here, or None if one can."""
    if _command() is None:
        return "needs Chromium (Debian: chromium)"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "needs playwright (pip install playwright)"
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, check=False)
    return f"needs playwright's driver, which does not start: {driver.stderr.strip()}" if driver.returncode else None


def _command() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name)) is not None), None)


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start a browser with an empty profile, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=_command(), args=list(_FLAGS), env={"HOME": folder, "LC_ALL": "C.UTF-8"})
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def chromium_inside(browser: "Browser", pid: int) -> Iterator["Browser"]:
    """Start another browser in the network namespace of a process, and end it.

    Args:
        browser: one that runs already: there is one driver for all.
        pid: the process.
    """
    with tempfile.TemporaryDirectory() as folder:
        entering = Path(folder, "chromium")
        entering.write_text(f'#!/bin/sh\nexec nsenter --target {pid} --net -- {_command()} "$@"\n')
        entering.chmod(0o755)
        started = browser.browser_type.launch(
            executable_path=str(entering), args=list(_FLAGS), env={"HOME": folder, "LC_ALL": "C.UTF-8", "PATH": os.defpath}
        )
        try:
            yield started
        finally:
            started.close()


class Opened:
    """A page in the browser, with what it said and asked for.

    Attributes:
        page: the page.
        said: errors and warnings of its console, and exceptions.
        asked: what it requested beside itself.
    """

    def __init__(self, page: "Page", path: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri())
        self.asked.remove(path.as_uri())

    def faults(self) -> list[str]:
        """Return what is drawn over other text, or cut off."""
        found: list[str] = self.page.evaluate(_MEASURE)
        return found

    def spent(self, work: Callable[[], object]) -> float:
        """Return the processor time that the page itself takes for some work, in seconds: what else runs here costs it none."""
        asked = self.page.context.new_cdp_session(self.page)
        asked.send("Performance.enable", {"timeDomain": "threadTicks"})

        def ticks() -> float:
            metrics = asked.send("Performance.getMetrics")["metrics"]
            return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

        begun = ticks()
        work()
        took = ticks() - begun
        asked.detach()
        return took

    def violations(self) -> list[str]:
        """Return the serious faults that axe finds, with the elements."""
        from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}]
