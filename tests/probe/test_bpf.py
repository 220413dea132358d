"""bpf(2)."""

import os
from pathlib import Path

import pytest

from podpath.probe import bpf
from podpath.probe.assembler import Assembler, Op, Reg
from podpath.probe.btf import load
from podpath.probe.obstacle import Obstacle, ObstacleError
from tests.probe.packets import need_kernel


@pytest.mark.root
def test_a_program_that_the_kernel_refuses_has_its_words() -> None:
    """A register that was never set: what the verifier says is in the message."""
    need_kernel()
    number, _ = load().tracepoint("kfree_skb")
    with pytest.raises(ObstacleError, match="R5") as error:
        bpf.program(Assembler().do(Op.MOV, Reg.R0, Reg.R5).exit().code(), b"GPL", number)
    assert error.value.obstacle is Obstacle.REFUSED


@pytest.mark.root
def test_what_runs_is_gone_when_its_descriptors_close() -> None:
    """The descriptors do not go to other programs either."""
    need_kernel()
    number, _ = load().tracepoint("kfree_skb")
    program = bpf.program(Assembler().do(Op.MOV, Reg.R0, 0).exit().code(), b"GPL", number)
    attached = bpf.attach(program)
    assert not os.get_inheritable(program)
    assert not os.get_inheritable(attached)
    os.close(attached)
    os.close(program)


def test_another_processor_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its system calls are not known."""
    monkeypatch.setattr("podpath.probe.bpf.platform.machine", lambda: "vax")
    with pytest.raises(ObstacleError, match="vax") as error:
        bpf.counters(1)
    assert error.value.obstacle is Obstacle.MACHINE


@pytest.mark.parametrize(
    ("text", "locked"), [("none [integrity] confidentiality", False), ("none integrity [confidentiality]", True)]
)
def test_lockdown_is_read_from_the_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, text: str, locked: bool) -> None:
    """A refusal there is not a lack of capabilities. This machine's kernel has no lockdown, so the file is one of ours."""
    file = tmp_path / "lockdown"
    file.write_text(text, encoding="ascii")
    monkeypatch.setattr(bpf, "_LOCKDOWN", file)
    assert bpf.locked_down() is locked
    assert (bpf._obstacle(PermissionError(1, "no")).obstacle is Obstacle.LOCKDOWN) is locked


@pytest.mark.parametrize(
    ("number", "obstacle"), [(1, Obstacle.PERMISSION), (22, Obstacle.KERNEL), (38, Obstacle.KERNEL), (28, Obstacle.REFUSED)]
)
def test_each_error_is_the_obstacle_that_it_means(number: int, obstacle: Obstacle) -> None:
    """EPERM, EINVAL and ENOSYS, anything else."""
    assert bpf._obstacle(OSError(number, os.strerror(number))).obstacle is obstacle
