"""The live page of a node of a cluster: it follows the kernel, traces between two pods, and tries a change without making it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from tests.browser import chromium_inside

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SOURCE = Path(__file__).parents[2] / "src"


@contextmanager
def served(cluster: Cluster, node: str) -> Iterator[str]:
    """Serve a node from inside of it, looking every second; yield the address."""
    words = [sys.executable, "-m", "podpath", "serve", "--every", "1"]
    running = cluster.start(node, words, env={**os.environ, "PYTHONPATH": str(SOURCE)})
    try:
        deadline = time.monotonic() + 60
        while not running.out.endswith("\n"):
            assert time.monotonic() < deadline, running.err
            time.sleep(0.1)
        yield running.out.strip()
    finally:
        running.end()


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(240)
def test_the_page_follows_the_kernel_and_changes_nothing(browser: "Browser") -> None:
    """A container's cable goes down and is told; as was tried on a copy before; so is the mend, then it is done, and told."""
    try:
        cluster = lab.cluster("flannel-vxlan", nodes=2, pods=4)
    except LabError as error:
        pytest.skip(str(error))
    said: list[str] = []
    with cluster, served(cluster, "n1") as url:
        port = cluster.do("n1", "bridge link show").split()[1].partition("@")[0]
        down, up = (f"ip link set {port} {state}" for state in ("down", "up"))
        inside = cluster.enter("n1")
        pid = int(next(line for line in Path(f"/proc/self/fdinfo/{inside}").read_text().splitlines() if line[:4] == "Pid:")[4:])
        with chromium_inside(browser, pid) as started:
            os.close(inside)
            page = started.new_page()
            page.set_default_timeout(60_000)
            page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("request", lambda request: said.append(request.url) if not request.url.startswith(url) else None)
            page.goto(url)
            one, two = page.eval_on_selector_all("#ends option", "all => all.map(one => one.value)")[:2]

            def trace(verdict: str, what_if: str = "") -> None:
                page.fill("#trace-from", one)
                page.fill("#trace-to", two)
                page.fill("#trace-what-if", what_if)
                page.get_by_role("button", name="trace", exact=True).click()
                page.locator("#trace-answer", has_text=verdict).wait_for()
                page.locator("#trace-picture img").wait_for()

            trace("✓")
            trace("✗", f"n1: {down}")
            assert "state UP" in cluster.do("n1", f"ip link show {port}")
            told = page.locator(f"#findings details[data-check='device-down']:has-text('{port}')")
            assert told.count() == 0
            cluster.do("n1", down)
            told.first.wait_for()
            trace("✗")
            trace("✓", f"n1: {up}")
            cluster.do("n1", up)
            told.first.wait_for(state="detached")
            trace("✓")
    assert said == []
