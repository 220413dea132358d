"""The cause of each fact that ends a path."""

from pathlib import Path
from typing import Final, get_args, get_type_hints

import pytest

from podpath.causes.registry import names
from podpath.state import failures
from podpath.state.address import parse_ip
from podpath.state.failures.routing import NoRoute
from podpath.state.failures.vxlan import NotDecapsulated
from podpath.walk.diagnosis.failures import explained, reason_of
from podpath.walk.events import Fact, Gateway, Stopped
from podpath.walk.walker import Walker
from tests.walk.diagnosis.failures.made import HERE, made
from tests.walk.pasted import node, world

FACTS: Final = get_args(Fact)


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_each_fact_has_a_declared_cause(kind: type[Fact]) -> None:
    """The cause exists, and its words say what happened."""
    stopped = Stopped(made(kind), HERE)
    walker = Walker(world({"n1": node(1)}))
    cause = explained(walker, stopped)
    assert cause.name in names()
    assert cause.summary
    assert "None" not in cause.summary
    assert reason_of(walker, stopped)


def test_each_fact_that_is_declared_can_end_a_path() -> None:
    """A fact in no union is one that no stage may use; what only describes another fact is named there."""
    declared = {
        line.split()[1].rstrip(":")
        for file in Path(failures.__path__[0]).glob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("class ") and "(" not in line
    }
    parts = {one.__name__ for one in get_args(get_type_hints(NotDecapsulated)["near"])} - {"NoneType"}
    assert declared == {kind.__name__ for kind in FACTS} | parts


def test_a_gateway_without_an_answer_is_what_follows() -> None:
    """Where a fact keeps the host from answering for a gateway, the words say so."""
    walker = Walker(world({"n1": node(1)}))
    gateway = Gateway("cali1", parse_ip("169.254.1.1"))
    cause = explained(walker, Stopped(NoRoute(parse_ip("192.0.2.77"), "ENETUNREACH"), HERE, gateway=gateway))
    assert (cause.name, "cali1 does not answer for 169.254.1.1" in cause.words.why) == ("route-missing", True)
