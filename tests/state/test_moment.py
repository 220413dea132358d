"""Moments as people read them."""

from podpath.state.moment import utc_text


def test_a_moment_is_told_to_the_minute_in_universal_time() -> None:
    """Wherever the reader is."""
    assert (utc_text(0), utc_text(1767323045)) == ("1970-01-01 00:00 UTC", "2026-01-02 03:04 UTC")


def test_what_no_calendar_has_is_said() -> None:
    """A snapshot from elsewhere may hold any number."""
    for seconds in (1 << 62, -(1 << 62), 253402300800):
        assert utc_text(seconds) == "no time that a clock has"
