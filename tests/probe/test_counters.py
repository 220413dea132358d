"""Counters of devices."""

import pytest

from podpath.probe.counters import _is_counted, _parsed, read, unmoved
from podpath.probe.observation import Point
from podpath.state.link import Link
from tests.netlink.space import Space
from tests.probe.packets import echo, inode, send

TEXT = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     168       2    0    0    0     0          0         0      168       3    0    0    0     0       0          0
"""


def test_packets_are_read_in_both_directions() -> None:
    """As the kernel prints them."""
    assert _parsed(7, TEXT) == {(7, "lo", Point.IN): 2, (7, "lo", Point.OUT): 3}


@pytest.mark.root
def test_a_counter_that_stands_still_proves_that_nothing_passed(space: Space) -> None:
    """Of a device that nobody uses, beside one that a packet crossed."""
    space.do("ip link add d1 type veth peer name d2")
    spaces = {inode(space): space.inside}
    before = read(spaces)
    space.inside(lambda: send([echo(4, b"podpth")]))
    still = unmoved(before, read(spaces))
    assert (inode(space), "d1", Point.OUT) in still
    assert (inode(space), "lo", Point.OUT) not in still


def test_a_card_counts_when_it_likes() -> None:
    """Its driver asks it now and then, and a bond adds up what drivers say: a counter that stands still proves nothing there."""
    counted = [Link("lo", flags="LOOPBACK,UP"), Link("v1", kind="veth"), Link("br0", kind="bridge"), Link("v2", kind="vxlan")]
    assert all(_is_counted(row) for row in counted)
    assert not any(_is_counted(row) for row in (Link("eth0", flags="BROADCAST,UP"), Link("bond0", kind="bond")))


def test_a_namespace_that_may_not_be_entered_is_left_out() -> None:
    """Its devices are not known."""

    def forbidden(_: object) -> None:
        raise PermissionError

    assert read({7: forbidden}) == {}
