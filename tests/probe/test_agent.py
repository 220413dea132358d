"""The agent, in this process."""

import base64
import io
import json
import os
import signal
import struct
import sys

import pytest

from podpath.probe import agent
from podpath.probe.agent import Agent, _opened, _relocated
from podpath.probe.assembler import Assembler, Op, Reg
from podpath.probe.obstacle import Obstacle, ObstacleError
from tests.netlink.space import Space
from tests.probe.packets import inode


def answers(*orders: dict[str, object]) -> list[dict[str, object]]:
    """Return what the agent answers."""
    out = io.BytesIO()
    try:
        Agent(io.BytesIO("".join(json.dumps(order) + "\n" for order in orders).encode()), out).run()
    finally:
        signal.alarm(0)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_end_of_its_input_ends_it() -> None:
    """Nothing is asked, nothing is answered."""
    assert answers() == []


def test_its_clock_is_the_monotonic_one() -> None:
    """In nanoseconds, with the number of the question."""
    first, second = answers({"kind": "clock", "number": 4}, {"kind": "clock", "number": 5})
    assert (first["number"], second["number"]) == (4, 5)
    assert isinstance(first["time"], int)
    assert isinstance(second["time"], int)
    assert first["time"] <= second["time"]


def test_a_kernel_that_hides_its_types_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The namespaces are told all the same: packets can be sent from them."""

    def hidden() -> None:
        raise ObstacleError(Obstacle.BTF, "hidden")

    monkeypatch.setattr(agent, "load", hidden)
    hello: dict[str, object] = {"kind": "hello", "spaces": [], "members": [], "tracepoints": [], "enums": []}
    spaces, obstacle = answers(hello)
    assert spaces == {"kind": "spaces", "version": 1, "spaces": {}}
    assert obstacle == {"kind": "obstacle", "obstacle": "btf", "detail": "hidden"}


@pytest.mark.root
def test_a_namespace_is_found_by_path_or_number(space: Space) -> None:
    """A path that leads to another namespace than the number says does not count."""
    wanted = inode(space)
    for number, paths in ((wanted, []), (None, ["/nowhere", f"/run/netns/{space.name}"]), (wanted, ["/proc/self/ns/net"])):
        descriptor = _opened(number, paths)
        assert descriptor is not None
        assert os.fstat(descriptor).st_ino == inode(space)
        os.close(descriptor)
    assert _opened(1, ["/proc/self/ns/net"]) is None


@pytest.mark.skipif(sys.byteorder != "little", reason="the words are written for little-endian machines")
def test_programs_get_the_agents_descriptors() -> None:
    """Where they load the ring buffer and the counter, and nowhere else."""
    code = Assembler().map(Reg.R1, 0).map_value(Reg.R2, 0).constant(Reg.R3, 0).do(Op.MOV, Reg.R0, 0).exit().code()
    made = _relocated(code, 7, 9)
    assert [struct.unpack_from("=i", made, at + 4)[0] for at in (0, 16, 32)] == [7, 9, 0]
    assert len(made) == len(code)
    assert base64.b64encode(made[48:]) == base64.b64encode(code[48:])
