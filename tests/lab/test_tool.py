"""Running commands inside a lab's processes."""

import pytest

from podpath.lab import tool


def test_a_command_reads_its_text() -> None:
    """And its failure is told with what it printed."""
    tool.run(["grep", "-q", "word"], "a word\n")
    with pytest.raises(tool.ToolError, match="grep -q word: exit status 1"):
        tool.run(["grep", "-q", "word"], "nothing\n")
    with pytest.raises(tool.ToolError, match=r"sh -c echo no >&2; exit 2: no"):
        tool.run(["sh", "-c", "echo no >&2; exit 2"])
    with pytest.raises(tool.ToolError, match="no-such-command: no such command"):
        tool.run(["no-such-command"])


def test_a_complaint_quotes_the_line_that_it_is_about() -> None:
    """As `iptables-restore` counts them."""
    with pytest.raises(tool.ToolError, match=r"Error occurred at line: 2: two$"):
        tool.load(["sh", "-c", "echo 'Error occurred at line: 2'; exit 1"], "one\ntwo\n")
    tool.load(["false"], "")


def test_a_batch_names_the_line_that_failed() -> None:
    """As iproute2 counts them; no lines, no command."""
    script = 'read a; read b; echo "RTNETLINK answers: File exists" >&2; echo "Command failed -:2" >&2; exit 1'
    with pytest.raises(tool.ToolError, match=r"sh link add two: RTNETLINK answers: File exists$"):
        tool.batch(["sh", "-c", script], ["link add one", "link add two"])
    tool.batch(["false"], [])


def test_the_administrators_commands_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a short PATH, too, and by a path as it is."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert tool.find("sh", tool.environment()).endswith("/sh")
    assert tool.find("/x/y", {}) == "/x/y"
