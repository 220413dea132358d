"""Who has the other end of a tun device."""

from podpath.state.tun import called


def test_a_process_is_told_with_its_number() -> None:
    """There may be one for each container."""
    assert called("slirp4netns", 7) == "slirp4netns (process 7)"
