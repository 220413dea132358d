"""`podpath --help` against a Python that does nothing."""

import subprocess
import sys

from benchmarks.measure import heading, median, row


def main() -> None:
    """Measure and print."""
    heading("start-up")
    nothing = median(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 15)
    usage = median(lambda: subprocess.run([sys.executable, "-m", "podpath", "--help"], check=True, stdout=subprocess.DEVNULL), 15)
    row("python -c pass", f"{nothing * 1000:.1f} ms")
    row("podpath --help", f"{usage * 1000:.1f} ms", f"{usage / nothing:.1f} x python -c pass (target: 6 x)")


if __name__ == "__main__":
    main()
