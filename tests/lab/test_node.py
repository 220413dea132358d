"""The first process of a node."""

import os

import pytest

from podpath.lab import node
from podpath.lab.client import Cluster


def test_only_the_files_that_are_kept_stay_open() -> None:
    """A child inherits nothing else."""
    child = os.fork()
    if child == 0:
        keep, other = os.pipe()
        node.close_others([keep])
        os.fstat(keep)
        try:
            os.fstat(other)
        except OSError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.lab
def test_orphans_are_reaped(small: Cluster) -> None:
    """A process whose parent is gone leaves no zombie."""
    small.do("n1", "sh -c 'sh -c \"sleep 0.05 &\"'")
    done = small.run("n1", ["sh", "-c", "sleep 0.2; grep -h State /proc/[0-9]*/status"])
    assert "zombie" not in done.out


@pytest.mark.lab
def test_namespaces_that_people_add_are_theirs(small: Cluster) -> None:
    """`ip netns add` works in a node, and stays there."""
    small.do("n1", "ip netns add mine", "ip netns exec mine ip link set lo up", "ip netns del mine")
    assert "mine" not in small.run("n1", "ip netns list").out
