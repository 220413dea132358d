"""A real containerd with its CRI plugin; its own tool and the kernel are the judges."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from podpath.state.address import ip_text, mac_text
from podpath.state.evidence import Complete, Coverage
from podpath.state.runtime import ContainerLabel, PodAddress, PodSandbox
from tests.collect.runtimes.helper import Said, netns
from tests.engines import Containerd, wait_for

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def node(containerd: Containerd) -> Iterator[tuple[Containerd, dict[str, str]]]:
    """A node with a pod of two containers, one in the node's own namespace and one that has ended."""
    idents = {"web": containerd.pod("web"), "agent": containerd.pod("agent", "kube-system", host_network=True)}
    idents["server"] = containerd.container(idents["web"], "web", "server", {"app": "shop", "api.token": "hunter2"})
    idents["sidecar"] = containerd.container(idents["web"], "web", "sidecar")
    idents["ended"] = containerd.pod("ended")
    containerd.stop_pod(idents["ended"])
    yield containerd, idents
    for pod in ("web", "agent", "ended"):
        containerd.remove_pod(idents[pod])


def said(containerd: Containerd) -> Said:
    """Return what the runtimes of the node say; the socket is where crictl's variable says."""
    return Said(containerd.root, environ={"CONTAINER_RUNTIME_ENDPOINT": f"unix://{containerd.socket}"})


def test_pods_have_their_names_and_processes(node: tuple[Containerd, dict[str, str]]) -> None:
    """As `ctr tasks list` prints the processes."""
    engine, idents = node
    rows = {row.name: row for row in said(engine).rows(PodSandbox)}
    assert {name: row.id for name, row in rows.items()} == {name: idents[name] for name in ("web", "agent", "ended")}
    web, agent, ended = rows["web"], rows["agent"], rows["ended"]
    assert (web.namespace, web.uid, web.state, web.host_network, web.runtime) == (
        "default",
        "uid-web",
        "ready",
        False,
        "containerd",
    )
    assert web.pid == engine.task_pid(web.id)
    assert (agent.namespace, agent.host_network, agent.netns) == ("kube-system", True, None)
    assert (ended.state, ended.pid, ended.netns) == ("notready", None, None)


def test_containers_are_in_their_pods_namespace(node: tuple[Containerd, dict[str, str]]) -> None:
    """The path of the sandbox is the namespace of each process in it."""
    engine, idents = node
    heard = said(engine)
    rows = {row.name: row for row in heard.containers("containerd")}
    assert {row.id for row in rows.values()} == {idents["server"], idents["sidecar"]}
    web = next(row for row in heard.rows(PodSandbox) if row.name == "web")
    path = engine.root / (web.netns or "").removeprefix("/var/").lstrip("/")
    for row in rows.values():
        assert row.pid == engine.task_pid(row.id)
        assert netns(row.pid) == path.stat().st_ino
        assert (row.pod, row.sandbox, row.state, row.network_mode) == (web.id, web.netns, "running", "pod")


def test_addresses_are_those_that_the_pod_has(node: tuple[Containerd, dict[str, str]]) -> None:
    """Of both families, with interface and MAC."""
    engine, idents = node
    inside = json.loads(engine.exec("nsenter", "-t", str(engine.task_pid(idents["web"])), "-n", "ip", "-j", "address"))
    real = {
        (link["ifname"], link["address"], each["local"])
        for link in inside if link["ifname"] != "lo"
        for each in link["addr_info"] if each["scope"] == "global"
    }  # fmt: skip
    rows = [row for row in said(engine).rows(PodAddress) if row.mac is not None]
    assert {(row.interface, mac_text(row.mac), ip_text(row.address)) for row in rows if row.mac is not None} == real
    assert {row.sandbox for row in rows} == {idents["web"]}


def test_no_secret_is_kept(node: tuple[Containerd, dict[str, str]]) -> None:
    """The container's environment is in the verbose status, and a token in its labels."""
    heard = said(node[0])
    assert "hunter2" not in repr(heard.heard)
    assert ("app", "shop") in {(row.name, row.value) for row in heard.rows(ContainerLabel)}


def test_all_is_covered_and_nothing_unknown(node: tuple[Containerd, dict[str, str]]) -> None:
    """A runtime that answers leaves no question."""
    heard = said(node[0])
    assert heard.unknowns == []
    covered = {coverage for each in heard.heard for coverage in each.coverage}
    assert Coverage("pod_sandbox", part="containerd", complete=Complete.YES) in covered
    assert all(each.command.startswith(("crictl -r unix://", "nerdctl ")) for each in heard.heard)


def test_crictls_own_setting_is_followed(node: tuple[Containerd, dict[str, str]], tmp_path: Path) -> None:
    """/etc/crictl.yaml names the socket where nothing else does."""
    engine, _ = node
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/crictl.yaml").write_text('runtime-endpoint: "unix:///odd/cri.sock"\nimage-endpoint: ""\n')
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/cri.sock").symlink_to(engine.socket)
    assert {row.name for row in Said(tmp_path).rows(PodSandbox)} == {"web", "agent", "ended"}


def test_a_containerd_without_the_plugin_has_no_pods(node: tuple[Containerd, dict[str, str]]) -> None:
    """Docker's packages switch it off: that is no unknown."""
    engine, _ = node
    config = engine.folder / "plain.toml"
    config.write_text(
        'version = 2\nroot = "/var/lib/plain"\nstate = "/run/plain"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
        '[grpc]\n  address = "/run/containerd/containerd.sock"\n'
    )
    pid = engine.start("containerd", "--config", str(config), log="plain.log")
    socket = engine.root / "run/containerd/containerd.sock"
    try:
        wait_for("containerd answers", lambda: engine.exec("ctr", "version", check=False))
        heard = Said(engine.root)
        assert heard.rows(PodSandbox) == []
        assert heard.unknowns == []
    finally:
        engine.stop(pid)
        socket.unlink()
