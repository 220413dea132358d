"""Messages that a text repeats."""

from podpath.readers.repeated import counted
from podpath.state.kernel_log import KernelMessage


def test_a_message_counts_at_its_first_line() -> None:
    """However often it is said; another host's is another one."""
    one, two = (KernelMessage("conntrack-table-full", host=host) for host in ("n1", "n2"))
    assert list(counted([(3, one), (4, two), (9, one)])) == [(3, one._replace(times=2)), (4, two._replace(times=1))]


def test_nothing_is_said_of_nothing() -> None:
    """No message, no row."""
    none: list[tuple[int, KernelMessage]] = []
    assert list(counted(none)) == []
