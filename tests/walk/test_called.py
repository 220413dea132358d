"""Names, where many are asked for."""

import pytest

from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from tests.walk.pasted import node, world
from tests.walk.test_endpoints import INSIDE

WORDS = ("n1", "n2", "db", "web", "n1/web", "n2/web", "netns:db", "nobody")


@pytest.fixture
def shown() -> Cluster:
    """Return two nodes, of which each has a namespace called web."""
    return world({"n1": node(1, INSIDE.format("web", 5)), "n2": node(2, INSIDE.format("web", 6), INSIDE.format("db", 7))})


def meant(shown: Cluster, word: str) -> int | str | None:
    """Return the namespace, or why there is none."""
    try:
        return endpoint(shown, word).ns
    except EndpointError as error:
        return str(error)


def test_a_name_means_the_same_the_first_time_and_the_hundredth(shown: Cluster) -> None:
    """At first the snapshot is asked, later a table of all names; what is called alike, or by its node, is asked as before."""
    first = {word: meant(shown, word) for word in WORDS}
    assert "matches 2 namespaces" in str(first["web"])
    assert "nothing is called" in str(first["nobody"])
    for _ in range(12):
        assert {word: meant(shown, word) for word in WORDS} == first
    assert shown.called.only("db") == first["db"]
    assert shown.called.only("web") is None
    assert shown.called.only("n1") is None
    assert shown.called.only("n1/web") is None


def test_a_few_names_load_no_table(shown: Cluster) -> None:
    """One command asks for two: the snapshot answers them."""
    assert [shown.called.only("db") for _ in range(2)] == [None, None]
