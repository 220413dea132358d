"""The page of a fleet in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.clusters import damages
from podpath.lake.across import fleet_of
from podpath.lake.judge import ClusterTask, judge_cluster
from podpath.lake.place import LakeFolder
from podpath.page.fleet import render
from podpath.state.fleet import ClusterResult, NodeTrouble
from tests.browser import Opened
from tests.lake.helper import made, now, pushed

HOSTILE = "</iframe><img src=x onerror=alert(1)>"


@pytest.mark.timeout(120)
def test_a_cluster_opens_to_its_own_report(tmp_path: Path, show: Callable[..., Opened]) -> None:
    """Its scripts run in a frame that reaches nothing outside; what a node is called stays text."""
    lake = LakeFolder(str(tmp_path / "lake"))
    results = []
    for name, count in (("bad", 1), ("good", 0)):
        pushed(lake, name, made(tmp_path / f"{name}.podpath", 3, list(damages(3, count, 1))))
        results.append(judge_cluster(ClusterTask(lake.url, name, now(), threads=1, page=True)))
    results[1] = results[1]._replace(troubles=(NodeTrouble("good", HOSTILE, HOSTILE),))
    page = render(fleet_of(HOSTILE, "2026-11-30", [*results, ClusterResult(HOSTILE, 0, None, None, problem=HOSTILE)]))
    opened = show(page, "html")
    browser = opened.page
    assert browser.locator("#clusters summary").all_inner_texts()[0].startswith("✗ bad: 3 nodes, 5 of 6 pairs proven")
    assert browser.locator("img").count() == 0
    browser.locator("#clusters summary").first.click()
    frame = browser.frame_locator("iframe[title=bad]")
    frame.locator("#findings").wait_for(timeout=20_000)
    assert "fdb" in frame.locator("body").inner_text() or "route" in frame.locator("body").inner_text()
