"""What benchmarks share: medians of several runs, and a line of the table."""

import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime


def median(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median time of some runs, in seconds, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def heading(title: str) -> None:
    """Print what was measured, where and when."""
    print(f"\n{title}  ({platform.machine()}, Linux {platform.release().split('-')[0]}, Python {platform.python_version()},"
          f" {datetime.now(tz=UTC):%Y-%m-%d})")  # fmt: skip


def row(name: str, figure: str, rival: str = "") -> None:
    """Print a line."""
    print(f"  {name:<44} {figure:>22}   {rival}".rstrip())
