"""kill -9 at any moment: no program of podpath's is left in the kernel, and no process."""

import ctypes
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from podpath.netlink.libc import call
from podpath.probe import bpf
from tests.netlink.space import Space
from tests.probe.packets import need_kernel
from tests.seeds import fresh_seed

pytestmark = [pytest.mark.root]
_GET_NEXT_ID, _FD_BY_ID, _INFO_BY_FD = 11, 13, 15
_NAME_AT = 64
"""Place of the name in struct bpf_prog_info."""


def programs() -> Iterator[int]:
    """Yield the numbers of the programs in the kernel that have podpath's name."""
    number = 0
    while True:
        attributes = ctypes.create_string_buffer(number.to_bytes(4, sys.byteorder), 128)
        try:
            call("syscall", bpf._NUMBERS[os.uname().machine], _GET_NEXT_ID, attributes, 128)
        except OSError:
            return
        number = int.from_bytes(attributes.raw[4:8], sys.byteorder)
        with suppress(OSError):
            if _name(number) == b"podpath":
                yield number


def _name(number: int) -> bytes:
    descriptor = bpf._bpf(_FD_BY_ID, number.to_bytes(4, sys.byteorder))
    try:
        info = ctypes.create_string_buffer(256)
        numbers = b"".join(number.to_bytes(4, sys.byteorder) for number in (descriptor, 256))
        fields = numbers + ctypes.addressof(info).to_bytes(8, sys.byteorder)
        bpf._bpf(_INFO_BY_FD, fields)
        return info.raw[_NAME_AT : _NAME_AT + 16].rstrip(b"\0")
    finally:
        os.close(descriptor)


def held() -> set[int]:
    """Return the numbers of the programs that a process holds: other tests have some, too."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/fdinfo/*"):
        with suppress(OSError):
            text = file.read_text(encoding="ascii", errors="replace")
            found |= {int(line.split()[1]) for line in text.splitlines() if line.startswith("prog_id:")}
    return found


def orphans() -> set[int]:
    """Return the programs that no process holds."""
    return set(programs()) - held()


def test_a_program_has_the_name_by_which_it_is_looked_for() -> None:
    """Or the test below would find none, whatever was left."""
    need_kernel()
    from podpath.probe.watcher import Watcher

    with Watcher():
        assert len(set(programs()) & held()) >= 3


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_kill_leaves_nothing_behind(space: Space) -> None:
    """At random moments; PODPATH_KILLS=200 makes it two hundred."""
    need_kernel()
    seed = fresh_seed()
    print("seed", seed)  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    space.do("ip address add 10.88.0.1/32 dev lo")
    for number in range(int(os.environ.get("PODPATH_KILLS") or 12)):
        words = ["drops"] if number % 2 else ["trace", f"netns:{space.name}", "10.88.0.1", "--live", "--port", "9", "--wait", "5"]
        command = [sys.executable, "-m", "podpath", *words]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(chance.uniform(0.05, 2.5))  # the moment, not a wait
        process.kill()
        process.wait(10)
        assert not list(Path("/proc").glob(f"[0-9]*/task/{process.pid}"))
    deadline = time.monotonic() + 10
    while orphans() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert orphans() == set()
