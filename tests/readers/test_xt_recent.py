"""`/proc/net/xt_recent`."""

import pytest

from podpath.readers.xt_recent import READER
from podpath.state.evidence import Complete, covers
from podpath.state.host import Ruleset
from tests.readers.helper import complaints, rows

ONE = """\
src=10.0.0.9 ttl: 0 last_seen: 4308020135 oldest_pkt: 1 4308020135
src=0000:0000:0000:0000:0000:0000:0000:0001 ttl: 64 last_seen: 4308020116 oldest_pkt: 2 4308020116, 4308020116
"""
ALL = f"==> /proc/net/xt_recent/EMPTY <==\n\n==> /proc/net/xt_recent/KUBE-SEP-X <==\n{ONE}"


@pytest.mark.parametrize(
    ("command", "text", "lists"),
    [
        ("cat /proc/net/xt_recent/KUBE-SEP-X", ONE, 1),
        ("tail -v -n +1 /proc/net/xt_recent/*", ALL, 2),
        ("grep . /proc/net/xt_recent/*", "".join(f"/proc/net/xt_recent/A:{line}\n" for line in ONE.splitlines()), 1),
    ],
)
def test_lists_are_counted(command: str, text: str, lists: int) -> None:
    """One by one, or all."""
    assert rows(READER, command, text) == [Ruleset("recent", lists, 2, opaque=False)]
    assert complaints(READER, command, text) == []


def test_only_all_lists_are_complete() -> None:
    """One says nothing of the others."""
    assert READER.accepts is not None
    assert READER.accepts(["tail", "-v", "-n", "+1", "/proc/net/xt_recent/*"]) == (covers(Ruleset, part="recent"),)
    assert READER.accepts(["cat", "/proc/net/xt_recent/A"]) == (covers(Ruleset, part="recent", complete=Complete.NO),)
    assert READER.accepts(["cat", "/proc/net/arp"]) is None
    assert READER.accepts(["rm", "/proc/net/xt_recent/A"]) is None


def test_a_line_that_is_cut_off_is_told() -> None:
    """With its first word."""
    assert len(complaints(READER, "cat /proc/net/xt_recent/A", "src=10.0.0.9 ttl: 0 last_se\n")) == 1
    assert len(complaints(READER, "cat /proc/net/xt_recent/A", "cat: A: No such file\n")) == 1
