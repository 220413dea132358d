"""The causes of what ends a path: the host itself."""

from typing import Final, get_args

import pytest

from podpath.state.failures import host as failures
from tests.walk.diagnosis.failures.made import cause_of, made

CAUSES: Final = (
    (failures.EchoIgnored, "echo-ignored"),
    (failures.BacklogFull, "listen-backlog-full"),
    (failures.PortReserved, "target-not-listening"),
    (failures.NothingListens, "target-not-listening"),
    (failures.ProxyRouteMissing, "tproxy-route-missing"),
    (failures.PortsExhausted, "ephemeral-ports-exhausted"),
    (failures.NoRealServer, "service-no-endpoints"),
)


@pytest.mark.parametrize(("kind", "cause"), CAUSES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_fact_has_the_cause_of_its_name(kind: type, cause: str) -> None:
    """That which docs/checks.md explains."""
    assert cause_of(made(kind)).name == cause


def test_no_fact_of_the_family_is_left_out() -> None:
    """A new one needs its cause here, too."""
    assert {kind for kind, _ in CAUSES} == set(get_args(failures.HostFailure))
