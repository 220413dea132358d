"""Result types as JSON."""

import json
from enum import StrEnum
from typing import NamedTuple

import pytest

from podpath.report.json_text import json_text


class Kind(StrEnum):
    """An enum."""

    A = "a"


class Inner(NamedTuple):
    """A row in another."""

    kind: Kind
    names: tuple[str, ...]


class Outer(NamedTuple):
    """A row."""

    inner: tuple[Inner, ...]
    nothing: None = None


def test_a_row_is_an_object_with_its_fields_however_deep() -> None:
    """Names, not places."""
    text = json_text({"rows": [Outer((Inner(Kind.A, ("<b>", "é")),))]})
    assert json.loads(text) == {"rows": [{"inner": [{"kind": "a", "names": ["<b>", "é"]}], "nothing": None}]}
    assert text.endswith("}\n")


def test_what_has_no_form_is_refused() -> None:
    """Nothing is turned into a text by chance."""
    with pytest.raises(TypeError, match="not JSON serializable: set"):
        json_text({"names": {"a"}})
