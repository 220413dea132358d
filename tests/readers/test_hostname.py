"""`hostname` and its kin."""

import pytest

from podpath.readers.hostname import READER
from podpath.state.evidence import covers
from podpath.state.host import Fact
from tests.readers.helper import complaints, rows

HOSTNAMECTL = """\
 Static hostname: n1.example
       Icon name: computer-vm
      Machine ID: 0123456789abcdef0123456789abcdef
Operating System: Ubuntu 22.04.4 LTS
          Kernel: Linux 5.15.0-91-generic
    Architecture: x86-64
"""


def test_name() -> None:
    """A name alone is the node's."""
    assert rows(READER, "hostname", "n1\n") == [Fact("hostname", "n1")]


def test_hostnamectl() -> None:
    """`hostnamectl` also says the machine's identifier and the kernel."""
    assert rows(READER, "hostnamectl", HOSTNAMECTL) == [
        Fact("hostname", "n1.example"), Fact("machine-id", "0123456789abcdef0123456789abcdef"),
        Fact("kernel", "5.15.0-91-generic"),
    ]  # fmt: skip


def test_second_name() -> None:
    """A node has one name."""
    assert complaints(READER, "hostname", "n1\nn2\n") == [(1, 'this looks like `hostname` output but "n2" is not a host name')]


@pytest.mark.parametrize("line", ["hostname", "hostname -f", "hostnamectl", "uname -n", "cat /etc/hostname"])
def test_coverage(line: str) -> None:
    """All these commands print the name."""
    assert READER.accepts(line.split()) == (covers(Fact, part="hostname"),)


@pytest.mark.parametrize("line", ["hostname is n1", "hostname n2", "hostname -I", "cat /etc/hosts"])
def test_not_a_command(line: str) -> None:
    """Prose, and what sets or prints something else, is not accepted."""
    assert READER.accepts(line.split()) is None
