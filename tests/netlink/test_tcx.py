"""BPF programs of tcx."""

import pytest

from podpath.netlink.tcx import program_name, programs
from podpath.state.link import Link
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_a_device_without_programs_has_none(space: Space) -> None:
    """The kernel was asked, and said so."""
    links = of_type(Link, space.links())
    try:
        found = space.inside(lambda: [row for link in links for row in programs(link.name, link.ifindex or 0, link.kind)])
    except OSError as error:
        pytest.skip(f"this kernel does not tell: {error}")
    assert found == []


def test_a_program_that_is_not_there_has_no_name() -> None:
    """Nor has one that may not be seen."""
    assert program_name(0xFFFFFFF) is None
