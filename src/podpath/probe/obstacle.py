"""What keeps podpath from watching the kernel: a closed list, so that a caller can take the next rung instead."""

from enum import StrEnum
from typing import Final


class Obstacle(StrEnum):
    """Why the kernel's tracepoints cannot be used here."""

    PERMISSION = "permission"
    """CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN) are lacking."""
    LOCKDOWN = "lockdown"
    """The kernel is locked down (confidentiality): nothing may read its memory."""
    BTF = "btf"
    """The kernel does not describe its types, or hides the file."""
    KERNEL = "kernel"
    """The kernel is older than 5.8, or was built without BPF or its tracepoints."""
    MACHINE = "machine"
    """podpath does not know this processor's system calls."""
    REFUSED = "refused"
    """The kernel refuses the program for another reason."""


_AS_ROOT: Final = "run it as root, or with CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_SYS_ADMIN"


class ObstacleError(Exception):
    """The kernel cannot be watched.

    Args:
        obstacle: why.
        detail: what the kernel said.
    """

    def __init__(self, obstacle: Obstacle, detail: str = "") -> None:
        super().__init__(f"{meaning(obstacle)}{f' ({detail})' if detail else ''}")
        self.obstacle = obstacle
        self.detail = detail

    @property
    def remedy(self) -> str:
        """What a person can do about it; empty if nothing."""
        return remedy(self.obstacle)


_MEANINGS: Final = {
    Obstacle.PERMISSION: "the kernel's tracepoints need CAP_BPF and CAP_PERFMON",
    Obstacle.LOCKDOWN: "the kernel is in lockdown (confidentiality), so no program may read its memory",
    Obstacle.BTF: "the kernel does not describe its types: /sys/kernel/btf/vmlinux cannot be used",
    Obstacle.KERNEL: "the kernel's tracepoints need Linux 5.8 with BPF",
    Obstacle.MACHINE: "this processor's system calls are not known",
    Obstacle.REFUSED: "the kernel refuses the program that watches its tracepoints",
}
_REMEDIES: Final = {
    Obstacle.PERMISSION: _AS_ROOT,
    Obstacle.BTF: "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, and let /sys be seen",
    Obstacle.KERNEL: "use Linux 5.8 or newer, built with CONFIG_BPF_SYSCALL=y and CONFIG_BPF_EVENTS=y",
}


def meaning(obstacle: Obstacle) -> str:
    """Return an obstacle in words."""
    return _MEANINGS[obstacle]


def remedy(obstacle: Obstacle) -> str:
    """Return what a person can do about an obstacle; empty if nothing."""
    return _REMEDIES.get(obstacle, "")
