"""The sample cluster, whole or damaged, judged."""

import re
from collections.abc import Mapping
from pathlib import Path

from podpath.checks.engine.run import run_checks
from podpath.collect.files import node_name
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Report

SAMPLE = Path(__file__).parents[4] / "samples" / "three-node-canal"
NODES = ("192.168.200.204", "192.168.200.205", "192.168.200.206")


def texts() -> dict[str, str]:
    """Return the sample's files by the last part of their address."""
    return {name.rpartition(".")[2]: (SAMPLE / f"{name}.txt").read_text(encoding="utf-8") for name in NODES}


def judged(files: Mapping[str, str]) -> Report:
    """Check texts; each is one file, named by the last part of its node's address, or in full."""
    with Store() as store:
        for name, text in files.items():
            stem = f"192.168.200.{name}" if name.isdigit() else name
            load_text(store, f"{stem}.txt", *node_name(stem), text.splitlines())
        merge(store)
        link_up(store)
        return run_checks(store)


def damaged(node: str, pattern: str, replacement: str) -> dict[str, str]:
    """Return the sample with one line changed."""
    files = texts()
    files[node], count = re.subn(pattern, replacement, files[node], flags=re.MULTILINE)
    assert count == 1, "the damage is one damage"
    return files


def statuses(report: Report) -> dict[tuple[str, str], str]:
    """Return the status of each pair, by the last parts of the addresses."""
    return {
        (pair.source.rpartition(".")[2], pair.target.rpartition(".")[2]): pair.status.value
        for overlay in report.overlays
        for pair in overlay.pairs
    }
