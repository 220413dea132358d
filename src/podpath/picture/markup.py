"""Text in pictures and pages: what a snapshot says stays text there, and what cannot be seen is shown."""

import html

from podpath.state.visible import visible


def escape(text: str) -> str:
    """Return a text for HTML and XML, in elements and in attributes that stand in quotes; it has no line of its own."""
    return html.escape(visible(text))
