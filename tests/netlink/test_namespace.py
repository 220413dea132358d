"""Being in another namespace."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podpath.netlink.namespace import Visitor
from tests.netlink.space import Space


def here() -> int:
    """Return the calling thread's namespace."""
    return Path("/proc/thread-self/ns/net").stat().st_ino


def open_named(space: Space) -> int:
    """Return a descriptor of a test's namespace."""
    return os.open(f"/run/netns/{space.name}", os.O_RDONLY)


@pytest.mark.root
def test_work_is_done_inside_and_the_caller_stays(space: Space) -> None:
    """The namespace belongs to the visiting thread alone."""
    home, descriptor = here(), open_named(space)
    with Visitor() as visitor:
        assert visitor.inside(descriptor, here) == os.fstat(descriptor).st_ino
        assert visitor.inside(None, here) == home
    assert here() == home
    os.close(descriptor)


@pytest.mark.root
def test_an_error_inside_is_raised_and_the_namespace_left(space: Space) -> None:
    """Whatever happens, the next visit begins at home."""
    descriptor = open_named(space)

    def fail() -> None:
        raise KeyError(here())

    with Visitor() as visitor:
        with pytest.raises(KeyError) as caught:
            visitor.inside(descriptor, fail)
        assert caught.value.args == (os.fstat(descriptor).st_ino,)
        assert visitor.inside(None, here) == here()
    os.close(descriptor)


@pytest.mark.root
def test_many_threads_visit_at_once(space: Space) -> None:
    """Each with a visitor of its own; none disturbs another."""
    descriptor, home = open_named(space), here()
    inside = os.fstat(descriptor).st_ino
    seen: list[tuple[int, int]] = []

    def visit() -> None:
        with Visitor() as visitor:
            seen.extend((visitor.inside(descriptor, here), here()) for _ in range(20))

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(inside, home)] * 160
    os.close(descriptor)


def test_what_is_no_namespace_cannot_be_entered(tmp_path: Path) -> None:
    """An error, and no harm."""
    (tmp_path / "x").touch()
    descriptor = os.open(tmp_path / "x", os.O_RDONLY)
    with Visitor() as visitor:
        with pytest.raises(OSError, match=r"."):
            visitor.inside(descriptor, here)
        assert visitor.inside(None, here) == here()
    os.close(descriptor)


@pytest.mark.root
def test_one_visitor_may_be_in_two_namespaces_at_once(space: Space) -> None:
    """Each thread in its own; both are back home afterwards."""
    descriptor, home = open_named(space), here()
    both = threading.Barrier(2, timeout=20)

    def look() -> int:
        both.wait()
        return here()

    with Visitor(2) as visitor, ThreadPoolExecutor(2) as executor:
        seen = list(executor.map(lambda target: visitor.inside(target, look), (descriptor, None)))
        assert seen == [os.fstat(descriptor).st_ino, home]
        assert list(executor.map(lambda _: visitor.inside(None, look), range(2))) == [home, home]
    os.close(descriptor)
