"""What tests of readers share."""

from podpath.readers.interface import Bad, Item, Json, Reader


def read(reader: Reader, command: str, text: str) -> list[Item]:
    """Return what a reader makes of a text, and check that the lines would reach it."""
    assert reader.read is not None
    lines = text.splitlines()
    if not reader.whole:
        assert unclaimed(reader, lines) == []
    return list(reader.read(command.split(), lines))


def unclaimed(reader: Reader, lines: list[str]) -> list[str]:
    """Return the lines that are not taken for this reader's output."""
    patterns = [pattern for pattern in (reader.starts, reader.continues) if pattern is not None]
    return [line for line in lines if line.strip() and not any(pattern.match(line) for pattern in patterns)]


def rows(reader: Reader, command: str, text: str) -> list[object]:
    """Return the rows alone."""
    return [row for _, row in read(reader, command, text)]


def complaints(reader: Reader, command: str, text: str) -> list[tuple[int, str]]:
    """Return the complaints alone, with their lines."""
    assert reader.read is not None
    items = reader.read(command.split(), text.splitlines())
    return [(index, row.reason) for index, row in items if isinstance(row, Bad)]


def json_rows(reader: Reader, document: Json) -> list[object]:
    """Return the rows of a document that is the reader's own."""
    assert reader.owns_json is not None
    assert reader.read_json is not None
    assert reader.owns_json(document)
    return [row for _, row in reader.read_json([], document)]
