"""What a lab needs of the machine: commands and kernel features; what is missing, and what works without it."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from podpath.lab import tool
from podpath.lab.client import LabError
from podpath.lab.plan import Plan

_PACKAGES: Final = {
    "ip": "iproute2",
    "bridge": "iproute2",
    "iptables-restore": "iptables",
    "ip6tables-restore": "iptables",
    "nft": "nftables",
    "ipset": "ipset",
    "dockerd": "docker.io",
    "/usr/lib/podman/netavark": "netavark",
    "cni:bridge": "containernetworking-plugins",
}
_REFUSED: Final = re.compile(r"not supported|Unknown device type|No such file or directory|Protocol not available", re.IGNORECASE)
_DEVICE: Final = re.compile(r"\btype (vxlan|veth|bridge)\b")


def missing_tools(plan: Plan) -> list[str]:
    """Return the commands that a plan runs and this machine lacks."""
    return missing(plan.tools)


def missing(commands: Iterable[str]) -> list[str]:
    """Return those commands that this machine lacks."""
    env = tool.environment()
    found = []
    for command in commands:
        try:
            tool.find(command, env)
        except FileNotFoundError:
            found.append(command)
    return found


def needs(plan: Plan) -> set[str]:
    """Return commands and kernel devices that a plan uses."""
    lines = [line for node in plan.nodes for line in node.ip]
    return {*plan.tools, *(match[1] for line in lines if (match := _DEVICE.search(line)))}


def works_without(lacking: set[str]) -> list[str]:
    """Return podpath's own topologies that use none of these."""
    from podpath.lab.compose import compose
    from podpath.lab.load import load, topologies

    return [name for name in topologies() if not needs(compose(load(name))) & lacking]


@contextlib.contextmanager
def explained(plan: Plan, *, rootless: bool = False) -> Iterator[None]:
    """Say beforehand which commands are missing, and afterwards what the kernel lacked.

    Raises:
        LabError: with what is missing, and what still works.
    """
    lacking = missing_tools(plan)
    unbuilt = [name.removeprefix("real:") for name in lacking if name.startswith("real:")]
    if unbuilt:
        raise LabError(
            f"{', '.join(unbuilt)}: not built on this machine. `podpath lab build` builds {'it' if len(unbuilt) == 1 else 'them'}"
            " (needs Go, 6 minutes on two cores and 7 GB of disk for Go's caches); all topologies without real programs work"
        )
    if lacking:
        packages = sorted({_PACKAGES.get(name, name) for name in lacking})
        raise LabError(
            f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not on this machine"
            f" (packages: {', '.join(packages)}); {_still(set(lacking))}"
        )
    if plan.needs_root and (rootless or os.geteuid() != 0):
        raise LabError(plan.needs_root)
    try:
        yield
    except LabError as error:
        device = _DEVICE.search(str(error))
        if device is None or not _REFUSED.search(str(error)):
            raise
        kind = device[1]
        how = f"`modprobe {kind}` as root may load it" if os.geteuid() else f"`modprobe {kind}` may load it"
        raise LabError(f"this kernel has no {kind} ({how}); {_still({kind})}\n  {error}") from None


def _still(lacking: set[str]) -> str:
    names = works_without(lacking)
    return f"without it these topologies work: {', '.join(names)}" if names else "no topology works without it"
