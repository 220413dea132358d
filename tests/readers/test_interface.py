"""What a reader is."""

from podpath.readers.interface import assumed
from podpath.readers.registry import readers
from podpath.state.evidence import Complete
from podpath.state.route import Route, Rule


def test_what_is_recognised_by_shape_is_only_assumed_to_be_whole() -> None:
    """No reader claims more for output without its command."""
    assert [c.complete for c in assumed(Route, Rule)] == [Complete.ASSUMED] * 2
    claimed = {c.complete for reader in readers() for c in reader.shape_coverage}
    assert Complete.YES not in claimed


def test_every_reader_reads_something() -> None:
    """Text, JSON or both, and knows its own."""
    for reader in readers():
        assert reader.read is not None or reader.read_json is not None, reader.name
        assert (reader.read_json is None) == (reader.owns_json is None), reader.name
