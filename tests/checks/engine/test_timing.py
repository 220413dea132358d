"""Findings that rest on captures of different times."""

from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.state.finding import Confidence, Finding
from podpath.state.host import Capture
from tests.checks.overlay.mesh.clusters import SAMPLE

NODES = "192.168.200.204", "192.168.200.205", "192.168.200.206"
WRONG = ("ether 82:ce:7c:3e:91:36", "ether 5e:89:db:49:c6:a4")


def found(folder: Path, began: dict[str, float], wrong: tuple[str, str] = WRONG) -> list[Finding]:
    """Return the findings of the sample with a fault, captured at these times."""
    for file in SAMPLE.glob("*.txt"):
        (folder / file.name).write_text(file.read_text().replace(*wrong))
    with open_snapshots([str(folder)], Progress(), editable=True) as store:
        for name, time in began.items():
            store.add(store.netns(store.node(name)), 0, [(0, Capture("script", name, time, time + 1))])
        store.flush()
        return list(run_checks(store).findings)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((0, 0.5, 1), None),
        ((0, 0, 46), "192.168.200.206 was captured 45 seconds after 192.168.200.204: a table that changed in between"),
        ((7300, 0, 0), "192.168.200.204 was captured 2 hours after 192.168.200.206: a table that changed in between"),
    ],
)
def test_a_finding_across_nodes_says_how_far_apart_they_were_read(
    tmp_path: Path, times: tuple[float, ...], said: str | None
) -> None:
    """And is likely then, not proven; read at one time it is proven, and nothing is said."""
    (finding,) = found(tmp_path, dict(zip(NODES, times, strict=True)))
    assert finding.check == "vtep-mac-mismatch"
    assert finding.confidence is (Confidence.LIKELY if said else Confidence.PROVEN)
    assert (said in finding.why) if said else ("captured" not in finding.why)


def test_without_times_nothing_is_said(tmp_path: Path) -> None:
    """Pasted text has none."""
    (finding,) = found(tmp_path, {})
    assert finding.confidence is Confidence.PROVEN


def test_one_node_read_twice_says_so_of_a_contradiction(tmp_path: Path) -> None:
    """What differs between the two captures of it may have changed in between."""
    text = "# ip -d address show\n2: eth0: <UP> mtu {} qdisc noqueue state UP\n    link/ether 02:00:00:00:00:02\n"
    (tmp_path / "n1").mkdir()
    for name, mtu in (("a", 1500), ("b", 1400)):
        (tmp_path / "n1" / f"{name}.txt").write_text(text.format(mtu))
    with open_snapshots([str(tmp_path)], Progress(), editable=True) as store:
        ns = store.netns(store.node("n1"))
        store.add(ns, 0, [(0, Capture("script", "n1", at, at + 1)) for at in (0.0, 100.0)])
        store.flush()
        findings = [item for item in run_checks(store).findings if item.check == "contradicting-evidence"]
    assert len(findings) == 1
    assert "n1 was captured twice, 99 seconds apart" in findings[0].why
