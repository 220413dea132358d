"""The causes of what ends a path: a device."""

from typing import Final, get_args

import pytest

from podpath.state.failures import device as failures
from tests.walk.diagnosis.failures.made import cause_of, made

CAUSES: Final = (
    (failures.DeviceDown, "device-down"),
    (failures.NoCarrier, "no-carrier"),
    (failures.BondWithoutPort, "device-down"),
    (failures.DeviceDiscards, "route-wrong-device"),
    (failures.NoVlanDevice, "vlan-device-missing"),
    (failures.LoopbackClosed, "user-mode-network-refuses"),
    (failures.PingsNotAllowed, "user-mode-network-refuses"),
)


@pytest.mark.parametrize(("kind", "cause"), CAUSES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_fact_has_the_cause_of_its_name(kind: type, cause: str) -> None:
    """That which docs/checks.md explains."""
    assert cause_of(made(kind)).name == cause


def test_no_fact_of_the_family_is_left_out() -> None:
    """A new one needs its cause here, too."""
    assert {kind for kind, _ in CAUSES} == set(get_args(failures.DeviceFailure))
