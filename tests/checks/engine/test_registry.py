"""The checks all together."""

from podpath.causes.registry import cause, names
from podpath.checks.engine.registry import checks


def test_every_check_has_the_cause_of_its_name() -> None:
    """In the family of the same name, so that both are found by it."""
    found = checks()
    assert len(found) > 50
    assert set(found) <= set(names())
    assert all(cause(name).name == name for name in found)
