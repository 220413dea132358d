"""Logs that hold nothing of interest, passed over by the whole command: megabytes a second."""

# ruff: noqa: E501 - lines of logs are long

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.bench_text import SCRIPT
from benchmarks.measure import heading, row

LINES: Final = 10_000
STATE: Final = "$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n\n"
FORMS: Final[dict[str, Callable[[int], str]]] = {
    "syslog": lambda i: f"Nov 28 10:{i // 60 % 60:02}:{i % 60:02} n1 app[{i}]: request {i} from 198.51.100.{i % 250} took {i % 97} ms",
    "ISO 8601": lambda i: f"2026-11-28T10:00:{i % 60:02}.{i:06}Z INFO [worker-{i % 9}] c.e.Shop - order {i} was paid in {i % 97} ms",
    "klog": lambda i: f"I1128 10:00:{i % 60:02}.{i:06}       1 controller.go:{i % 900}] synced the key shop/web-{i} after {i % 97} ms",
    "logfmt": lambda i: f'time="2026-11-28T10:00:{i % 60:02}Z" level=info msg="order {i} was paid" took={i % 97}ms user=u{i}',
    "JSON lines": lambda i: f'{{"level":"info","ts":{i}.5,"caller":"shop/pay.go:{i % 900}","msg":"order was paid","order":{i}}}',
    "access log": lambda i: f'198.51.100.{i % 250} - - [28/Nov/2026:10:00:{i % 60:02} +0000] "GET /a/{i} HTTP/1.1" 200 {i} "-" "x/1"',
    "no time": lambda i: f"worker {i % 9} has read the order {i} from the queue and has sent it to the shop in {i % 97} ms",
    "no known form": lambda i: f"evt#{i} <svc-{i % 9}> state={i % 5} :: payload={{k:{i}}} @@ retry({i % 3}) of 0x{i:08x}",
    "Java traces": lambda i: (
        f"2026-11-28 10:00:{i % 60:02},{i % 1000:03} ERROR order {i} failed: timeout" if i % 10 == 0
        else f"\tat com.example.shop.Order{i % 90}.pay(Order{i % 90}.java:{i % 900})"
    ),
}  # fmt: skip


def main(megabytes: int) -> None:
    """Measure and print."""
    heading(f"logs of {megabytes} MB that hold nothing of interest, podpath check as a whole command")
    for name, line in FORMS.items():
        part = "".join(f"{line(i)}\n" for i in range(LINES)).encode()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "app.log"
            with path.open("wb") as file:
                file.write(STATE.encode())
                for _ in range(max(megabytes * 1_000_000 // len(part), 1)):
                    file.write(part)
            size, start = path.stat().st_size, time.perf_counter()
            done = subprocess.run([sys.executable, "-c", SCRIPT, "check", str(path)], capture_output=True, check=False)
            seconds = time.perf_counter() - start
            assert done.returncode == 0, done.stderr
            row(name, f"{size / seconds / 1e6:.0f} MB/s", f"{seconds:.1f} s, {int(done.stderr.split()[-1]) / 1e6:.2f} GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
