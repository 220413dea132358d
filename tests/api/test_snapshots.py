"""SNAPSHOTs of any form to one store."""

from pathlib import Path

import pytest

from podpath.api.errors import UserError
from podpath.api.progress import Silent
from podpath.api.snapshots import opened, pasted

TEXT = "n7:\n$ ip neigh\n10.0.0.1 dev eth0 FAILED\n"


def test_a_text_is_read_as_a_file_of_it_is(tmp_path: Path) -> None:
    """The same rows at the same lines; also with the line ends of another system."""
    (tmp_path / "text").write_text(TEXT)
    asked = "SELECT d.name, n.address, n.state, n.line FROM neighbour n JOIN netns USING (ns) JOIN node d USING (node)"
    with opened([str(tmp_path / "text")], Silent()) as file:
        expected = file.query(asked).rows
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        with pasted(text, "text") as store:
            assert store.query(asked).rows == expected == [("n7", "10.0.0.1", "FAILED", 3)]


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    """An empty folder, an empty text."""
    with pytest.raises(UserError, match="nothing could be read"):
        opened([str(tmp_path)], Silent())
    with pytest.raises(UserError, match="nothing could be read"):
        pasted("", "text")
