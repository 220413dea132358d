"""Concepts."""

import pytest

from podpath.explain.concepts import Concept, concepts, find

ASKED = [
    "veth",
    "bridge-port",
    "fdb",
    "vtep",
    "neighbour",
    "proxy-arp",
    "overlay",
    "masquerade",
    "bridge",
    "mtu",
    "route",
]


@pytest.mark.parametrize("name", ASKED)
def test_what_a_newcomer_meets_is_explained(name: str) -> None:
    """Each by its own name."""
    concept = find(name)
    assert concept is not None
    assert concept.name == name


@pytest.mark.parametrize("concept", concepts(), ids=lambda concept: concept.name)
def test_a_concept_says_what_it_is_and_how_to_look(concept: Concept) -> None:
    """Plain sentences, and commands that show it on one's own machine."""
    assert concept.title
    assert concept.text.count(". ") + concept.text.count(".\n") >= 3
    assert "    " in concept.text or "`" in concept.text


def test_other_words_lead_there() -> None:
    """People say ARP for neighbour."""
    assert find("arp") == find("neighbour")
    assert find("no-such-thing") is None
