"""Lines of pasted text that are no command's output."""

import pytest

from podpath.readers.line_kinds import CODE_FENCE, is_strong


@pytest.mark.parametrize("line", ["```", "~~~sh", "{noformat}", "{code:bash}", "[code]", "[/code]"])
def test_a_fence_is_known_in_each_markup(line: str) -> None:
    """Markdown, Jira's, BBCode."""
    assert CODE_FENCE.match(line)


@pytest.mark.parametrize(
    ("line", "strong"),
    [("## n1", True), ("h3. n1", True), ("n1:", True), ("Node: n1", True), ("Node: n1 is broken", False), ("n1 and n2", False)],
)
def test_a_heading_is_marked(line: str, *, strong: bool) -> None:
    """By decoration, a colon at its end, or its label."""
    assert is_strong(line) is strong
