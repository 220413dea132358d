"""docs/truth.md is the table of this harness, and says what the project promises."""

from tests.real.court import COLUMNS
from tests.real.damages import damages, judged
from tests.real.table import HEAD, MEANINGS, PAGE, rows


def test_every_topology_is_in_the_table_with_all_its_damages_or_named_below_it() -> None:
    """Whoever adds a damage judges its topologies again."""
    text = PAGE.read_text(encoding="utf-8")
    measured = {name: count for name, (count, _) in rows().items()}
    assert measured == {name: len(damages(name)) for name in judged() if name in measured}
    assert all(f"`{name}`" in text for name in judged())
    assert text.startswith(HEAD)
    assert MEANINGS in text


def test_what_was_measured_is_what_is_promised() -> None:
    """Six thousand flows, none wrong or of another kind, at most one in two hundred unknown, each cause right."""
    total = {column: sum(numbers[at] for _, numbers in rows().values()) for at, column in enumerate(COLUMNS)}
    assert total["flows"] >= 6000
    assert (total["wrong"], total["kind"], total["misnamed"]) == (0, 0, 0)
    assert total["unknown"] * 200 <= total["flows"]


def test_each_topology_has_fifteen_damages() -> None:
    """Or more, each with a name of its own."""
    for name in judged():
        names = [damage.name for damage in damages(name)]
        assert len(names) == len(set(names)) >= 15
