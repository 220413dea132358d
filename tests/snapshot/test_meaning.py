"""What is compared, and what is not."""

from podpath.snapshot.meaning import MEANINGS, NOT_COMPARED
from podpath.snapshot.schema import ROWS


def test_every_table_is_compared_or_has_its_reason() -> None:
    """A new table belongs to one of the two, and no column is named that is not there."""
    assert {*MEANINGS, *NOT_COMPARED} == set(ROWS)
    assert not MEANINGS.keys() & NOT_COMPARED.keys()
    assert all(NOT_COMPARED.values())
    for table, meaning in MEANINGS.items():
        assert {*meaning.key, *meaning.left_out} <= set(ROWS[table]._fields), table
        assert meaning.key, table
        assert set(meaning.values(table)).isdisjoint({*meaning.key, *meaning.left_out}), table
