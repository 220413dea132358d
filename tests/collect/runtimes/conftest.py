"""Real engines, one of each for all tests of a worker."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.conftest import why_no_namespaces


def _allowed() -> None:
    if (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def docker() -> Iterator[engines.Docker]:
    """A Docker Engine."""
    _allowed()
    with engines.docker() as engine:
        yield engine


@pytest.fixture(scope="session")
def containerd() -> Iterator[engines.Containerd]:
    """Containerd with its CRI plugin."""
    _allowed()
    with engines.containerd() as engine:
        yield engine


@pytest.fixture(scope="session")
def podman() -> Iterator[engines.Podman]:
    """Podman, its service not running."""
    _allowed()
    with engines.podman() as engine:
        yield engine


@pytest.fixture(scope="session")
def lxc() -> Iterator[engines.Lxc]:
    """LXC."""
    _allowed()
    with engines.lxc() as engine:
        yield engine
