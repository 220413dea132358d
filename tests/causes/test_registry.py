"""The causes all together."""

import re
from itertools import pairwise

import pytest

from podpath.causes.registry import cause, names


@pytest.mark.parametrize("name", names())
def test_a_cause_has_its_files_name_and_explains_itself(name: str) -> None:
    """People suppress by name, and find the file by it; a page says how to look."""
    found = cause(name)
    assert found.name == name
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name)
    assert found.title and not found.title.endswith(".")  # noqa: PT018 - one sentence about titles
    assert re.search(r"`[a-z][^`]*`|^    [a-z]", found.explain, re.MULTILINE), "no command to look with"


@pytest.mark.parametrize("name", names())
def test_only_commands_are_indented(name: str) -> None:
    """An indented line is printed as it is: a block of commands, which an empty line sets apart from the sentences."""
    lines = cause(name).explain.splitlines()
    blocks = [(before, line) for before, line in pairwise(lines) if line.startswith("    ")]
    assert all(not before or before.startswith("    ") for before, _ in blocks)
    assert not [line for _, line in blocks if line.endswith((".", ","))]


def test_what_a_cause_leads_to_is_a_cause() -> None:
    """A name that was changed would silently fold nothing."""
    known = set(names())
    assert {other for name in known for other in (*cause(name).symptom_of, *cause(name).leads_to)} <= known


def test_an_unknown_name_is_no_cause() -> None:
    """And imports nothing."""
    with pytest.raises(KeyError):
        cause("no-such-cause")
