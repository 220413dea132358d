"""Names of namespaces and devices."""

from pathlib import Path

import pytest

from podpath.collect.node.directory import Directory
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_a_namespace_and_its_devices_have_names(space: Space) -> None:
    """Also a device that appears later; a number that nothing has stays a number."""
    space.do("ip link add d1 type veth peer name d2")
    inode = Path(f"/run/netns/{space.name}").stat().st_ino
    directory = Directory()
    place = directory.place(inode)
    assert place is not None
    assert (place.kind, place.name) == ("netns", space.name)
    numbers = {directory.device(inode, number) for number in range(1, 4)}
    assert {"lo", "d1"} <= numbers
    assert directory.device(inode, 0) == ""
    assert directory.device(inode, 4000) == "if4000"
    assert {"lo", "d1"} <= directory.devices()


def test_a_namespace_that_appears_later_is_found() -> None:
    """And one that is gone keeps its name."""
    directory = Directory()
    with Space() as later:
        inode = Path(f"/run/netns/{later.name}").stat().st_ino
        place = directory.place(inode)
        assert place is not None
        assert place.name == later.name
    assert directory.place(inode) == place
    assert directory.place(1) is None
