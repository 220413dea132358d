"""``podpath trace --live --ssh``: real servers, real clients, nodes without podpath."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from podpath.lab.faults import run
from tests.probe.packets import need_kernel
from tests.sshd import Site, site

pytestmark = [pytest.mark.root, pytest.mark.timeout(180), pytest.mark.long]


@pytest.fixture(scope="module")
def pair() -> Iterator[Site]:
    """Return a lab of two nodes with a pod each."""
    need_kernel()
    with site("flannel-vxlan", nodes=2, pods=2) as made:
        yield made


def traced(pair: Site, *words: str, code: int) -> dict[str, Any]:
    """Return what was seen of a trace over ssh, from the outside host."""
    done = pair.podpath("trace", "p1", "p2", "--ssh", "n1,n2", "--quiet", "--live", "--wait", "0.5", "--format", "json", *words)
    assert done.code == code, done
    document: dict[str, Any] = json.loads(done.out)
    jsonschema.validate(document, json.loads(files("podpath.report").joinpath("trace.schema.json").read_text("utf-8")))
    live: dict[str, Any] = document["live"]
    return live


def test_a_packet_is_seen_on_both_nodes(pair: Site) -> None:
    """There and back, in an order that no clock upsets; no agent is left on a node."""
    live = traced(pair, code=0)
    assert (live["agreement"], live["answered"], live["alike"]) == ("predicted-and-seen", 3, 3), live
    assert {hop["seen"] for hop in (*live["forward"], *live["reply"])} == {"seen"}
    assert {hop["node"] for hop in live["forward"]} == {"n1", "n2"}
    for leg in (live["forward"], live["reply"]):
        times = [hop["microseconds"] for hop in leg]
        assert times == sorted(times)
    assert pair.processes() == []
    assert "podpath" not in pair.cluster.run("n1", ["ps", "-eo", "args"]).out


def test_a_drop_on_the_other_node_has_the_kernels_reason(pair: Site) -> None:
    """The MAC of the tunnel device has changed there."""
    run.inject(pair.cluster, "vtep-mac-mismatch", "n2")
    try:
        live = traced(pair, "--port", "80", code=1)
    finally:
        run.mend(pair.cluster)
    assert (live["agreement"], live["fate"]) == ("predicted-and-seen", "silent"), live
    assert (live["drop"]["node"], live["drop"]["interface"], live["drop"]["reason"]) == ("n2", "flannel.1", "OTHERHOST")


def test_the_network_between_the_nodes_is_blamed(pair: Site) -> None:
    """The switch drops the tunnel's packets: no table of any node shows it."""
    run.inject(pair.cluster, "hypervisor-swallows-vxlan")
    try:
        live = traced(pair, code=1)
    finally:
        run.mend(pair.cluster)
    assert live["agreement"] == "network", live
    assert "not seen on n2 eth0: the network between the nodes does not carry UDP 8472" in live["summary"]


def test_what_a_login_shell_prints_does_not_matter(pair: Site) -> None:
    """Headings, colours, half a line of JSON: the agent's first answer is looked for."""
    live = traced(pair, "--user", "bash", code=0)
    assert (live["agreement"], live["lower"]) == ("predicted-and-seen", []), live


def test_a_node_without_python_is_left_out_with_the_reason(pair: Site) -> None:
    """Its hops are not observable; all else is seen."""
    with pair.instead("n2", "python3", "exit 127"):
        live = traced(pair, "--user", "bash", code=0)
    assert [one["reason"].partition(":")[0] for one in live["lower"]] == ["n2"]
    assert {hop["seen"] for hop in live["forward"] if hop["node"] == "n2"} == {"not-observable"}
    assert {hop["seen"] for hop in live["forward"] if hop["node"] == "n1"} == {"seen"}


def test_without_the_senders_node_nothing_is_sent(pair: Site) -> None:
    """And the message says why."""
    with pair.instead("n1", "python3", "echo gone >&2; exit 127"):
        done = pair.podpath("trace", "p1", "p2", "--ssh", "n1,n2", "--user", "bash", "--quiet", "--live")
    assert done.code == 2, done
    assert "n1: gone" in done.err
