"""Every name that output prints, explained."""

import pytest

from podpath.api.errors import UserError
from podpath.api.explanations import explanation
from podpath.causes.registry import names
from podpath.explain.concepts import concepts
from podpath.explain.drop_reasons import drop_reasons


def test_every_name_has_its_page() -> None:
    """With a title and a text."""
    known = [*names(), *(concept.name for concept in concepts()), *drop_reasons()]
    pages = [explanation(name) for name in known]
    assert all(page.title and page.text for page in pages)
    assert [page.name.lower() for page in pages] == [name.lower() for name in known]


def test_a_cause_that_no_check_finds_names_the_trace() -> None:
    """A person looks for it in vain among the findings."""
    assert "podpath trace" in explanation("no-carrier").text


def test_a_misspelt_name_is_put_right() -> None:
    """The nearest names are offered, those of drop reasons too."""
    with pytest.raises(UserError, match="did you mean vtep-mac-mismatch"):
        explanation("vtep-mac-mismach")
    with pytest.raises(UserError, match="did you mean OTHERHOST"):
        explanation("otherhosts")
