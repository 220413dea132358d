"""Events as ``kubectl get events`` prints them."""

# ruff: noqa: E501 - tables as they are printed

import pytest

from podpath.readers.kubectl_events import READER
from podpath.readers.registry import readers
from podpath.state.agent_log import AgentMessage
from tests.readers.helper import read, rows

EVENTS = """\
NAMESPACE     LAST SEEN   TYPE      REASON                   OBJECT                         MESSAGE
shop          2m          Warning   FailedCreatePodSandBox   pod/web-1                      Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3fe3": plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory
shop          11s         Warning   NetworkNotReady          pod/web-2                      network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized
default       4m          Normal    NodeNotReady             node/n2                        Node n2 status is now: NodeNotReady
shop          3m          Warning   Unhealthy                pod/web-0                      Readiness probe failed: Get "http://10.244.120.65:80/": dial tcp 10.244.120.65:80: connect: connection refused
"""
WIDE = """\
LAST SEEN   TYPE      REASON                   OBJECT      SUBOBJECT   SOURCE        MESSAGE                                                    FIRST SEEN   COUNT   NAME
2m          Warning   FailedCreatePodSandBox   pod/web-1               kubelet, n2   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3fe3": plugin type="bridge" failed (add): failed to set bridge addr: "cni0" already has an IP address different from 10.42.1.1/24   2m           3       web-1.17
"""
OLD = """\
LAST SEEN   FIRST SEEN   COUNT   NAME        KIND   SUBOBJECT   TYPE      REASON                   SOURCE        MESSAGE
2m          5m           4       web-1.154   Pod                Warning   FailedCreatePodSandBox   kubelet, n2   Failed create pod sandbox
"""


def test_what_tells_of_a_missing_network_is_a_row() -> None:
    """A probe that fails is none."""
    assert rows(READER, "kubectl get events -A", EVENTS) == [
        AgentMessage("flannel-not-running", 1, "shop", "web-1", None, None, "/run/flannel/subnet.env"),
        AgentMessage("network-not-configured", 1, "shop", "web-2"),
    ]


def test_the_source_names_the_node() -> None:
    """With ``-o wide``; the namespace is that of ``-n``."""
    assert read(READER, "kubectl get events -n shop -o wide", WIDE) == [
        (1, AgentMessage("bridge-address", 1, "shop", "web-1", "n2", "cni0", "10.42.1.1/24"))
    ]


def test_a_layout_that_is_not_known_has_no_rows() -> None:
    """That of kubectl before 1.13."""
    assert list(READER.read(["kubectl", "get", "events"], OLD.splitlines()) if READER.read else ()) == []


@pytest.mark.parametrize(
    "command", ["kubectl get events", "kubectl get ev -A", "kubectl events -n shop", "oc get events --sort-by=.x"]
)
def test_each_spelling_is_of_this_reader_alone(command: str) -> None:
    """And none covers a table: an event is kept for an hour."""
    assert [reader for reader in readers() if reader.accepts(command.split()) is not None and not reader.fallback] == [READER]
