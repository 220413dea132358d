"""The watcher."""

import subprocess
import sys
import time

import pytest

from podpath.probe.btf import load
from podpath.probe.observation import Point
from podpath.probe.obstacle import Obstacle, ObstacleError
from podpath.probe.watcher import Watcher, reasons
from tests.netlink.space import Space
from tests.probe.packets import echo, need_kernel, send


@pytest.mark.root
def test_what_is_lost_is_counted(space: Space) -> None:
    """A ring buffer of one page is full after twenty records; the rest is counted, not forgotten."""
    need_kernel()
    with Watcher((Point.OUT,), size=4096) as watcher:
        space.inside(lambda: send([echo(4, b"podpath!")] * 60))
        assert watcher.count_lost() >= 30
        assert 0 < len(list(watcher.observations(0))) <= 20  # of this machine: others send, too


@pytest.mark.root
def test_a_kill_leaves_nothing_behind() -> None:
    """The kernel removes programs with the process that holds them, whatever ends it."""
    need_kernel()
    code = (
        "import os, time\nfrom podpath.probe.watcher import Watcher\nwatcher = Watcher()\n"
        "print(len(os.listdir('/proc/self/fd')), flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) >= 8
        process.kill()
        process.wait(10)
    before = time.monotonic()
    with Watcher():
        assert time.monotonic() - before < 5


@pytest.mark.root
def test_it_is_ready_soon() -> None:
    """A tenth of a second of processor time, and twice that where caches are cold: the best of three."""
    need_kernel()
    times = []
    for _ in range(3):
        began = time.process_time()
        with Watcher():
            times.append(time.process_time() - began)
    assert min(times) < 0.2


@pytest.mark.root
def test_without_capabilities_the_obstacle_is_named() -> None:
    """An ordinary user: permission, with what to do."""
    need_kernel()
    code = (
        "import os\nfrom podpath.probe import watcher\nfrom podpath.probe.btf import load\nbtf = load()\nos.setuid(65534)\n"
        "from podpath.probe.obstacle import ObstacleError\n"
        "try:\n    watcher.Watcher(btf=btf)\nexcept ObstacleError as error:\n    print(error.obstacle, '|', error.remedy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.startswith("permission | run it as root")


def test_reasons_have_names_where_the_kernel_has_them() -> None:
    """Of this kernel; the two values that are no drops are left out."""
    try:
        names = reasons(load())
    except ObstacleError as error:
        assert error.obstacle is Obstacle.BTF  # noqa: PT017 - the only one that reading the file can raise
        pytest.skip(str(error))
    if not names:
        pytest.skip("this kernel has no drop reasons (before Linux 5.17)")
    assert {"NOT_SPECIFIED", "NO_SOCKET", "NETFILTER_DROP"} <= set(names.values())
    assert not {"MAX", "SUBSYS_MASK", "SKB_CONSUMED"} & set(names.values())
