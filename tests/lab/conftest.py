"""Labs that tests share; whoever breaks one mends it."""

from collections.abc import Iterator

import pytest

from podpath import lab
from podpath.lab.client import Cluster


@pytest.fixture(scope="module")
def small() -> Iterator[Cluster]:
    """Return a lab of two nodes with two pods each."""
    with lab.cluster("flannel-vxlan", nodes=2, pods=4) as made:
        yield made


@pytest.fixture(scope="module")
def canal() -> Iterator[Cluster]:
    """Return the cluster of the samples."""
    with lab.cluster("canal") as made:
        yield made
