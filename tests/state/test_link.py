"""Network devices."""

import pytest

from podpath.state.link import Link


@pytest.mark.parametrize(
    ("nsid", "name", "expected"), [(None, None, False), (0, None, True), (None, "cni-5f3a", True)], ids=["here", "number", "name"]
)
def test_the_other_end_is_elsewhere_where_its_namespace_is_told(nsid: int | None, name: str | None, *, expected: bool) -> None:
    """By its identifier, which may be 0, or by its name."""
    assert Link("eth0", peer_index=5, peer_netns=nsid, peer_netns_name=name).peer_elsewhere is expected
