"""Packets on several nodes: here two agents on one machine, each with a namespace of its own."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from podpath.collect.ssh.conversation import Conversation
from podpath.probe.agent_text import COMMAND
from podpath.probe.fleet import FleetSight, Part, observe_nodes
from podpath.probe.identity import Direction
from podpath.probe.node import NodeError, PathNamespace
from podpath.probe.observation import Point
from podpath.probe.run import Plan, Ports
from podpath.probe.sender import Target
from podpath.state.live import Rung
from tests.netlink.space import Space as Made
from tests.probe.packets import need_kernel

pytestmark = pytest.mark.root
LOCAL = ["sh", "-c", f"exec {COMMAND}"]
PLAN = Plan(2, 0.01, 1)


@pytest.fixture
def two() -> Iterator[tuple[Made, Made]]:
    """Return two namespaces with a cable between them."""
    need_kernel()
    with Made() as left, Made() as right:
        left.do(
            f"ip link add e1 type veth peer name e2 netns {right.name}", "ip address add 10.9.0.1/24 dev e1", "ip link set e1 up"
        )
        right.do("ip address add 10.9.0.2/24 dev e2", "ip link set e2 up")
        yield left, right


def parts(two: tuple[Made, Made], *, words: list[str] = LOCAL) -> list[Part]:
    """Return two nodes, of which the second is reached by some words."""
    left, right = (PathNamespace(f"netns:{one.name}", None, (f"/run/netns/{one.name}",)) for one in two)
    return [Part("n1", lambda: closing(Conversation(LOCAL)), (left,)), Part("n2", lambda: closing(Conversation(words)), (right,))]


def sight(two: tuple[Made, Made], proto: str, port: int = 0, *, words: list[str] = LOCAL) -> FleetSight:
    """Send packets from the first to the second."""
    return observe_nodes(parts(two, words=words), ("n1", f"netns:{two[0].name}"), proto, Target("10.9.0.2", port), PLAN, Ports())


def test_each_node_reports_its_own_namespaces(two: tuple[Made, Made]) -> None:
    """Once each, though both agents see one kernel, and in order of time within a node."""
    seen = sight(two, "icmp").observed
    assert (seen.rung, seen.lower, seen.blind) == (Rung.TRACEPOINTS, (), frozenset())
    whole = [one for one in seen.passages if one.number == 0 and one.point is not Point.DROP]
    by_node = {
        name: [(one.place.interface, one.point, one.direction) for one in whole if one.place.node == name]
        for name in ("n1", "n2")
    }
    assert by_node == {
        "n1": [("e1", Point.OUT, Direction.FORWARD), ("e1", Point.IN, Direction.REPLY)],
        "n2": [("e2", Point.IN, Direction.FORWARD), ("e2", Point.OUT, Direction.REPLY)],
    }


@pytest.mark.parametrize(("proto", "port"), [("tcp", 9), ("udp", 9)])
def test_a_drop_has_its_reason(two: tuple[Made, Made], proto: str, port: int) -> None:
    """By the names that the other kernel has for it."""
    seen = sight(two, proto, port).observed
    assert {result.error for result in seen.results.values()} == {"ECONNREFUSED"}
    drops = {
        (one.place.node, one.reason) for one in seen.passages if one.point is Point.DROP and one.direction is Direction.FORWARD
    }
    assert drops == {("n2", "NO_SOCKET")}


def test_a_node_that_fails_is_left_out_with_the_reason(two: tuple[Made, Made]) -> None:
    """Its hops are not observable; the others are seen."""
    found = sight(two, "icmp", words=["sh", "-c", "echo no python >&2; exit 127"]).observed
    assert [one.reason for one in found.lower] == ["n2: no python"]
    assert found.blind == {"n2"}
    missing = sight(two, "icmp", words=["no-such-ssh"]).observed
    assert [one.reason for one in missing.lower] == ["n2: no-such-ssh: No such file or directory"]
    assert {one.place.node for one in found.passages} == {"n1"}
    assert {result.error for result in found.results.values()} == {""}


def test_a_namespace_that_is_not_there_is_told(two: tuple[Made, Made]) -> None:
    """Its hops are not observable, for a reason that people see; what was not asked for is not believed."""
    gone = PathNamespace("pod:gone", None, ("/nowhere",))
    left, right = parts(two)
    asked = [left._replace(spaces=(*left.spaces, gone)), right]
    found = observe_nodes(asked, ("n1", left.spaces[0].label), "icmp", Target("10.9.0.2"), PLAN, Ports())
    assert [one.reason for one in found.observed.lower] == ["n1: pod:gone was not found there"]
    assert ("n1", "pod:gone") not in found.inodes
    said = json.dumps({"kind": "spaces", "version": 1, "spaces": {"pod:\x1b[2J": 7}})
    found = observe_nodes(parts(two, words=["sh", "-c", f"echo '{said}'"]), ("n1", left.spaces[0].label), "icmp",
                          Target("10.9.0.2"), PLAN, Ports())  # fmt: skip
    assert {node for node, _ in found.inodes} == {"n1"}
    assert found.observed.blind == {"n2"}


HOSTILE = """
import base64, json, os, struct, sys
orders = sys.stdin.buffer
orders.read(int(orders.readline()))
name = json.loads(NAMES)
def say(kind, **fields): print(json.dumps(dict(fields, kind=kind)), flush=True)
def record(time, number, interface, space, point, packet):
    return struct.pack("=QQQIIIIHBB4x14s2x144s", time, 1, 2, number, interface, space, 3, 8, point, 0, b"", packet)
for line in orders:
    order = json.loads(line)
    kind = order["kind"]
    if kind == "hello":
        say("spaces", version=1, spaces={one["label"]: 7 for one in order["spaces"]})
        say("facts", members=[8] * len(order["members"]), tracepoints=[[1, 9]] * len(order["tracepoints"]),
            enums={"skb_drop_reason": [[2, "SKB_DROP_REASON_" + "A" * 100]]})
    elif kind == "watch":
        say("ready")
    elif kind == "clock":
        say("clock", time=-(1 << 63))
    elif kind == "stop":
        for point in (1, 2, 3, 0, 255):
            for packet in (os.urandom(144), b"\\x45" + os.urandom(143), b"\\x60" + os.urandom(143), bytes(144)):
                one = record((1 << 64) - 1, 2, 2, 7, point, packet)
                say("seen", records=[base64.b64encode(one).decode(), base64.b64encode(one[:9]).decode()])
        say("names", devices=[[7, 2, name]])
        say("end", lost=(1 << 63) - 1)
"""


@pytest.mark.parametrize("name", ["e2", "\x1b[2J", "\ud800", "$(reboot)", ""])
def test_a_hostile_agent_costs_its_own_part(two: tuple[Made, Made], name: str) -> None:
    """It answers all in form, and nothing of it is true: what others see is judged and printed."""
    words = [sys.executable, "-S", "-c", f"NAMES = {json.dumps(name)!r}\n{HOSTILE}"]
    found = sight(two, "icmp", words=words).observed
    assert {result.error for result in found.results.values()} == {""}
    assert {one.place.node for one in found.passages} >= {"n1"}
    assert found.blind == {"n2"}
    reasons = {one.reason for one in found.lower}
    assert f"n2: {(1 << 63) - 1} observations could not be recorded" in reasons
    for text in (*reasons, *(word for one in found.passages for word in one.place)):
        text.encode()


def test_without_the_sender_nothing_is_sent(two: tuple[Made, Made]) -> None:
    """Its node does not answer, or its namespace is gone."""
    with pytest.raises(NodeError, match="n3 was not asked"):
        observe_nodes(parts(two), ("n3", ""), "icmp", Target("10.9.0.2"), PLAN, Ports())
    with pytest.raises(NodeError, match="no namespace netns:gone"):
        observe_nodes(parts(two), ("n1", "netns:gone"), "icmp", Target("10.9.0.2"), PLAN, Ports())


def test_who_is_not_root_on_a_node_is_told_what_helps(two: tuple[Made, Made]) -> None:
    """Of a node that only watches, its hops are dashes; from a sender's nothing can be sent."""
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv")
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *LOCAL]
    found = sight(two, "icmp", words=powerless).observed
    assert [(one.reason.partition(":")[0], one.remedy) for one in found.lower] == [("n2", "ask it as root, or with --sudo")]
    assert found.blind == {"n2"}
    right = parts(two, words=powerless)[1]
    with pytest.raises(NodeError, match=r"^n2: it is not root there \(Operation not permitted\); --sudo makes it so$"):
        observe_nodes([right], ("n2", right.spaces[0].label), "icmp", Target("10.9.0.1"), PLAN, Ports())


def test_nothing_is_left_of_the_agents(two: tuple[Made, Made]) -> None:
    """No process, and no descriptor."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - descriptors
    sight(two, "icmp")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above
