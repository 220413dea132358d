"""The judge of the walk leaves nothing behind."""

import os

import pytest

from tests.walk.real import OPEN, Lab, Probe, needs_root


@pytest.mark.root
def test_a_lab_leaves_no_open_file() -> None:
    """Thousands of labs are built in one process: each gives back every descriptor that it took."""
    needs_root()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers of descriptors, not paths
    with Lab() as lab:
        lab.add("a", "b")
        lab.run(
            ["a: ip link add v netns {a} type veth peer v netns {b}", "a: ip addr add 10.0.0.1/24 dev v", "a: ip link set v up"]
        )
        lab.listen("a")
        assert lab.send([Probe("a", "10.0.0.1", "tcp", OPEN)]) == ["delivered"]
        with lab.capture() as store:
            assert store.raw("SELECT count(*) FROM netns") == [(2,)]
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208 - as above
