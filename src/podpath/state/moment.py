"""Moments as people read them."""

from datetime import UTC, datetime

from podpath.language import tr


def utc_text(seconds: float) -> str:
    """Return a moment to the minute; what no calendar has is said.

    Args:
        seconds: since 1970.

    >>> utc_text(1767323045)
    '2026-01-02 03:04 UTC'
    """
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return tr("no time that a clock has")
