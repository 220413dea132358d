"""How values stand in SQL, and how they are read."""

from podpath.snapshot.sql_text import bound, catalog_name, quoted
from podpath.snapshot.store import Store
from tests.snapshot.rows import filled


def test_a_query_shows_addresses_as_text() -> None:
    """By the type of the column, whatever it is called."""
    with Store() as store:
        filled(store)
        result = store.query("SELECT via AS hop, n.mac AS whose FROM route r, neighbour n")
        assert result == (["hop", "whose"], [("10.42.1.0", "82:ce:7c:3e:91:36")])


def test_names_and_texts_are_quoted() -> None:
    """Whatever they hold."""
    assert catalog_name('a"b') == '"a""b"'
    assert quoted("it's") == "'it''s'"
    assert bound("UHUGEINT", [1 << 100, None]) == [str(1 << 100), None]
    assert bound("BIGINT", [1, None]) == [1, None]
