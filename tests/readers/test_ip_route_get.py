"""What the kernel answers to ``ip route get``."""

import pytest

from podpath.readers import ip_route
from podpath.readers.ip_route_get import READER
from podpath.readers.transcript import Section, Transcript
from podpath.readers.whereabouts import NodeRef

ANSWER = "10.244.3.7 via 10.244.3.0 dev flannel.1 src 10.244.1.0 uid 0\n    cache"
LOCAL = "local 10.244.1.1 dev lo table local src 10.244.1.1 uid 0\n    cache <local>"


@pytest.mark.parametrize(
    "command", ["ip route get 10.244.3.7", "ip r g 10.244.3.7", "ip -4 ro get 10.244.3.7 from 10.0.0.1", "ip route show cache"]
)
def test_an_answer_is_no_table(command: str) -> None:
    """It covers nothing, and the reader of tables leaves it."""
    assert READER.accepts(command.split()) == ()
    assert ip_route.READER.accepts(command.split()) is None


@pytest.mark.parametrize("text", [ANSWER, LOCAL])
@pytest.mark.parametrize("prompt", ["$ ip route get 10.244.3.7\n", ""])
def test_an_answer_gives_no_row(prompt: str, text: str) -> None:
    """With its command line, and without."""
    sections = [part for part in Transcript("f", NodeRef("f")).read(f"{prompt}{text}".split("\n")) if isinstance(part, Section)]
    assert [section.reader.name for section in sections] == ["ip route get"]
    assert len(sections[0].lines) == 2
    assert READER.read is not None
    assert list(READER.read(sections[0].words, sections[0].lines)) == []


def test_the_document_is_not_that_of_a_table() -> None:
    """Both have a destination and flags."""
    document = [
        {
            "dst": "10.244.3.7",
            "gateway": "10.244.3.0",
            "dev": "flannel.1",
            "prefsrc": "10.244.1.0",
            "flags": [],
            "uid": 0,
            "cache": [],
        }
    ]
    assert READER.owns_json is not None
    assert READER.owns_json(document)
    assert not ip_route.owns_json(document)
