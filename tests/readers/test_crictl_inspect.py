"""A pod and a container as crictl prints them (cri-tools, with what containerd adds as `info`)."""

from typing import Any

from podpath.readers.crictl_inspect import READER
from podpath.state.address import parse_ip
from podpath.state.runtime import Container, PodAddress, PodSandbox
from tests.readers.helper import json_rows

POD: dict[str, Any] = {
    "status": {
        "id": "0a1b2c", "metadata": {"attempt": 0, "name": "web-1", "namespace": "shop", "uid": "u-1"}, "state": "SANDBOX_READY",
        "network": {"additionalIps": [{"ip": "fd00:10:244:1::5"}], "ip": "10.244.1.5"},
        "linux": {"namespaces": {"options": {"ipc": "POD", "network": "POD", "pid": "CONTAINER"}}},
    },
    "info": {
        "pid": 4711,
        "runtimeSpec": {"linux": {"namespaces": [{"type": "pid"}, {"type": "network", "path": "/var/run/netns/cni-1"}]}},
    },
}  # fmt: skip
BOX: dict[str, Any] = {
    "status": {
        "id": "3d4e5f", "metadata": {"attempt": 2, "name": "nginx"}, "state": "CONTAINER_EXITED", "exitCode": 137,
        "image": {"image": "docker.io/library/nginx:1"},
    },
    "info": {"sandboxID": "0a1b2c", "pid": 0},
}  # fmt: skip


def test_a_pod_has_its_process_its_namespace_and_its_addresses() -> None:
    """Of both families."""
    assert json_rows(READER, POD) == [
        PodSandbox("0a1b2c", "web-1", "shop", "u-1", "ready", 4711, "/var/run/netns/cni-1", host_network=False),
        PodAddress("0a1b2c", parse_ip("10.244.1.5")), PodAddress("0a1b2c", parse_ip("fd00:10:244:1::5")),
    ]  # fmt: skip


def test_a_pod_of_the_nodes_network_has_no_address_of_its_own() -> None:
    """What is printed is the node's."""
    status = POD["status"] | {"linux": {"namespaces": {"options": {"network": "NODE"}}}}
    (row,) = json_rows(READER, POD | {"status": status})
    assert isinstance(row, PodSandbox)
    assert (row.host_network, row.netns) == (True, None)


def test_a_container_that_ended_has_its_exit_code() -> None:
    """And its pod."""
    assert json_rows(READER, BOX) == [
        Container("3d4e5f", "nginx", "docker.io/library/nginx:1", "exited", None, pod="0a1b2c", exit_code=137)
    ]


def test_each_command_covers_one_of_many() -> None:
    """Whatever is not shown may be there."""
    assert [part.table for part in READER.accepts("crictl inspectp 0a1b2c".split()) or ()] == ["pod_sandbox"]  # noqa: SIM905
    assert [part.table for part in READER.accepts("crictl inspect 3d4e5f".split()) or ()] == ["container"]  # noqa: SIM905
    assert READER.accepts(["crictl", "ps"]) is None
