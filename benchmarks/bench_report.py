"""The report of 500 nodes as a page: the whole command, its memory and the file; against the same report as JSON."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.clusters import add_pods, damages, write_snapshot
from benchmarks.measure import heading, median, row
from podpath.snapshot.store import Store

NODES, PODS, DAMAGES = 500, 30, 20


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot, page, document = (Path(folder, name) for name in ("many.podpath", "report.html", "report.json"))
        write_snapshot(snapshot, NODES)
        add_pods(snapshot, NODES, PODS)
        with Store.open_for_writing(snapshot) as store:
            for damage in damages(NODES, DAMAGES, 1):
                store.connection.execute(damage.sql)

        def check(output: Path, form: str) -> None:
            words = [
                sys.executable,
                "-m",
                "podpath",
                "check",
                str(snapshot),
                "--format",
                form,
                "-o",
                str(output),
                "--fail-on",
                "never",
            ]
            subprocess.run(words, check=True, timeout=300)

        heading(f"the report of {NODES} nodes with {PODS} pods each, the whole command")
        row("for comparison: as JSON", f"{median(lambda: check(document, 'json'), 3):.1f} s")
        row("as a page", f"{median(lambda: check(page, 'html'), 3):.1f} s", "target 10 s")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        row("memory", f"{memory / 1e6:.2f} GB", "target 1 GB")
        row("the file", f"{page.stat().st_size / 1e6:.1f} MB", "target 15 MB")


if __name__ == "__main__":
    main()
