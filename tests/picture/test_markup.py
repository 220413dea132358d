"""Text in pictures and pages."""

from podpath.picture.markup import escape


def test_text_is_neither_markup_nor_hidden() -> None:
    """In elements and in attributes."""
    assert escape("<a b=\"c\" d='e'>&") == "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;"
    assert escape("a\x1b[31m\u202eb\nc") == "a\\x1b[31m\\u202eb c"
