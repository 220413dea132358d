"""System calls by ctypes: their errors are Python's."""

import os
from pathlib import Path

import pytest

from podpath.lab import kernel
from podpath.lab.client import Cluster
from podpath.lab.kernel import Namespace


def test_errors_name_what_failed() -> None:
    """With the kernel's own reason."""
    with pytest.raises(OSError, match=r"Bad file descriptor.*setns"):
        kernel.setns(-1, Namespace.NET)
    with pytest.raises(OSError, match="/nowhere"):
        kernel.mount("none", "/nowhere", "tmpfs")
    with pytest.raises(OSError, match="/nowhere"):
        kernel.unmount("/nowhere")
    with pytest.raises(OSError, match="No such device"):
        kernel.set_up("no-such-device")
    with pytest.raises(OSError, match="No such file"):
        kernel.write_setting("net/none", "1")


def test_a_process_has_a_name() -> None:
    """As `ps` shows it."""
    child = os.fork()
    if child == 0:
        kernel.set_process_name("pod-with-a-long-name")
        os._exit(0 if Path("/proc/self/comm").read_text(encoding="ascii") == "pod-with-a-long\n" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.lab
def test_offloads_are_off_everywhere(small: Cluster) -> None:
    """In pods, nodes and the switch, as `ethtool` reads it."""
    for place, device in (("p1", "eth0"), ("n1", "flannel.1"), ("n1", "eth0"), ("sw", "n1")):
        features = small.run(place, f"ethtool -k {device}").out
        for feature in ("tx-tcp-segmentation", "generic-segmentation-offload", "tx-checksumming", "scatter-gather"):
            assert f"{feature}: off" in features, (place, device)
