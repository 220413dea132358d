"""What somebody pastes: bytes to text, text to sections, sections to rows."""

import io
from collections.abc import Iterable
from pathlib import Path

from podpath.collect.files import InputError, _decoded
from podpath.readers.lines import Lines
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.snapshot.load import _read
from podpath.state.evidence import Unread
from tests.fuzz.target import Target

_SAMPLES = Path(__file__).parents[3] / "samples"


def _one(data: bytes) -> None:
    """A line that is not blank is in a section, unread, or between them: a prompt, a heading; and no reader stumbles."""
    lines = Lines(lambda: _decoded("fuzz", io.BytesIO(data)), least=0)
    try:
        count = len(list(lines))
    except InputError:
        return
    for part in Transcript("fuzz", NodeRef("n1")).read(lines):
        if isinstance(part, Unread):
            assert 1 <= part.first <= part.last <= count + 1, part
            continue
        assert 1 <= part.first <= count + 1
        _rows(part)


def _rows(section: Section) -> None:
    if section.document is not None and section.reader.read_json is not None:
        found = section.reader.read_json(section.words, section.document)
    elif section.reader.read is not None:
        found = _read(section)
    else:
        return
    for index, _ in found:
        assert index >= 0


def _seeds() -> Iterable[bytes]:
    """Begin with outputs of the samples, a screenful each."""
    for path in sorted(_SAMPLES.rglob("*.txt")):
        lines = path.read_bytes().splitlines(keepends=True)
        for at in range(0, min(len(lines), 240), 24):
            yield b"".join(lines[at : at + 24])[:3000]


TARGET = Target("transcript", _one, _seeds)
