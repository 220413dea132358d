"""The checks all together."""

import re

from podpath.checks.engine.registry import checks


def test_names_are_kebab_case_and_those_of_their_files() -> None:
    """People suppress by name, and find the file by it."""
    found = checks()
    assert len(found) > 50
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) for name in found)


def test_a_symptom_follows_a_check_that_exists() -> None:
    """A name that was changed would silently fold nothing."""
    found = checks()
    assert {cause for check in found.values() for cause in check.follows} <= set(found)
