"""Queueing disciplines and classifiers."""

import pytest

from podpath.netlink import qdisc
from podpath.netlink.generic import attribute, nest
from podpath.state.link import Link, Qdisc
from tests.netlink.space import Space, of_type


def test_the_actions_of_a_classifier_are_named() -> None:
    """What it does with a packet; written as linux/pkt_cls.h lays it out, because not every kernel has classifiers."""
    action = nest(1, attribute(1, b"mirred\0"))
    assert qdisc._action("matchall", nest(2, action)) == "mirred"
    assert qdisc._action("u32", nest(2, action)) is None
    assert qdisc._action("bpf", None) is None


@pytest.mark.root
def test_qdiscs_are_what_tc_prints(space: Space) -> None:
    """The default, one with a rate, and the hook of incoming packets."""
    space.do("ip link add v0 type veth peer name v1", "ip link set v0 up")
    space.do_or_skip("tc qdisc add dev v0 root tbf rate 1mbit burst 10k latency 1ms")
    space.do_or_skip("tc qdisc add dev v0 ingress")
    rows = of_type(Qdisc, space.table(qdisc.rows, qdisc.TABLE))
    assert rows == of_type(Qdisc, space.read("tc -j qdisc show"))
    assert {row.kind for row in rows} >= {"tbf", "ingress"}


@pytest.mark.root
def test_classifiers_are_named(space: Space) -> None:
    """So that nobody mistakes an opaque datapath for an empty one; skipped where the kernel has none."""
    space.do("ip link add v0 type veth peer name v1")
    space.do_or_skip("tc qdisc add dev v0 clsact")
    space.do_or_skip("tc filter add dev v0 ingress matchall action drop")
    index_of = {row.name: row.ifindex or 0 for row in of_type(Link, space.links())}
    with space.socket() as socket:
        found = space.table(qdisc.rows, qdisc.TABLE)
        (row,) = qdisc.classifiers(socket, found, index_of)
    assert (row.dev, row.hook, row.kind, row.action) == ("v0", "tc ingress", "matchall", "gact")


@pytest.mark.root
def test_a_hook_without_classifiers_has_none(space: Space) -> None:
    """An empty hook is no datapath."""
    space.do("ip link add v0 type veth peer name v1")
    space.do_or_skip("tc qdisc add dev v0 ingress")
    index_of = {row.name: row.ifindex or 0 for row in of_type(Link, space.links())}
    with space.socket() as socket:
        assert list(qdisc.classifiers(socket, space.table(qdisc.rows, qdisc.TABLE), index_of)) == []
