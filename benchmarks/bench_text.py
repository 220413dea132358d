"""From the raw text of many nodes to the verdict, and how that grows."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.clusters import node_text
from benchmarks.measure import heading, row

SCRIPT = """
import resource, sys
from podpath.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
sys.exit(code)
"""


def main(sizes: list[int]) -> None:
    """Measure and print."""
    heading("raw text of N nodes to the verdict, as a whole command")
    for nodes in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lines = 0
            for node in range(nodes):
                text = list(node_text(node, nodes))
                lines += len(text)
                (Path(folder) / f"node-{node}.txt").write_text("\n".join(text) + "\n")
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT, "check", "--format", "json", folder], capture_output=True, check=False
            )
            seconds = time.perf_counter() - start
            assert done.returncode == 0, done.stderr
            row(
                f"{nodes} nodes, {lines:,} lines",
                f"{seconds:.1f} s",
                f"{lines / seconds:,.0f} lines/s, {int(done.stderr) / 1e6:.2f} GB",
            )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [125, 250, 500])
