"""What a machine lacks, and what works without it."""

import pytest

from podpath.lab import requirements, tool
from podpath.lab.client import LabError
from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.plan import Plan


def without(monkeypatch: pytest.MonkeyPatch, *commands: str) -> None:
    """Let these commands be missing, and no others."""

    def find(command: str, _: dict[str, str]) -> str:
        if command in commands:
            raise FileNotFoundError(2, "no such command", command)
        return f"/usr/bin/{command}"

    monkeypatch.setattr(tool, "find", find)


def complaint(plan: Plan, error: str = "") -> str:
    """Return what is told of a plan, or of an error while it was built."""
    with pytest.raises(LabError) as told, requirements.explained(plan):
        _raise(error)
    return str(told.value)


def _raise(error: str) -> None:
    raise LabError(error)


def test_a_missing_command_is_named_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its package, and the topologies that do without it."""
    without(monkeypatch, "ipset")
    said = complaint(compose(load("calico-bgp")))
    assert said.startswith("ipset is not on this machine (packages: ipset); without it these topologies work: ")
    assert "canal" in said


def test_what_needs_root_is_told_with_what_does_not() -> None:
    """Before anything is built."""
    plan = compose(load("docker-engine"))
    plan.tools = []
    with pytest.raises(LabError, match="needs root; the topology docker has the same rules without it"):
        requirements.explained(plan, rootless=True).__enter__()


def test_without_ip_nothing_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said so."""
    without(monkeypatch, "ip", "bridge")
    said = complaint(compose(load("canal")))
    assert said == "bridge and ip are not on this machine (packages: iproute2); no topology works without it"


def test_a_kernel_without_vxlan_is_told_from_what_ip_complains(monkeypatch: pytest.MonkeyPatch) -> None:
    """What works without it is listed; any other failure is passed on as it is."""
    without(monkeypatch)
    plan = compose(load("flannel-vxlan"))
    said = complaint(plan, "n1: ip link add name flannel.1 type vxlan id 1: Error: Unknown device type.")
    assert said.startswith("this kernel has no vxlan (")
    assert "these topologies work: " in said
    assert "flannel-hostgw" in said
    assert complaint(plan, "something else") == "something else"
