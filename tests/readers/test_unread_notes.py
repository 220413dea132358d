"""Notes of lines that could not be read."""

from podpath.readers.unread_notes import UnreadNotes
from podpath.state.evidence import Unread


def test_neighbours_with_one_reason_are_one_note() -> None:
    """An empty line may stand between; another reason begins another note."""
    notes = UnreadNotes("f")
    told = [*notes.add("a", "why", 1, 1), *notes.add("b", "why", 3, 3), *notes.add("c", "other", 4, 4), *notes.flush()]
    assert told == [Unread("f", 1, 3, "why", "a"), Unread("f", 4, 4, "other", "c")]
    assert list(notes.flush()) == []
