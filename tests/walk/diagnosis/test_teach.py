"""Sentences of teaching."""

import pytest

from podpath.state.step import Domain
from podpath.walk.diagnosis.teach import teach


@pytest.mark.parametrize("domain", list(Domain))
def test_every_domain_of_steps_has_a_sentence(domain: Domain) -> None:
    """Somebody who learns reads one beside each step."""
    assert teach(domain).endswith(".")
