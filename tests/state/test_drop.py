"""Drops."""

from podpath.state.drop import Drop


def test_the_rate_is_per_second() -> None:
    """And 0 in no time at all."""
    drop = Drop("OTHERHOST", "", "", "eth0", (), 0x0800, 30, 10.0)
    assert drop.rate == 3.0
    assert drop._replace(seconds=0.0).rate == 0.0
