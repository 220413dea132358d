"""A real containerd with its CRI plugin; its own tool and the kernel are the judges."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from podpath.collect.runtimes.protobuf import encode
from podpath.state.address import ip_text, mac_text
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import Container, ContainerLabel, PodAddress, PodSandbox
from tests.collect.runtimes.fake_cri import Reply, grpc
from tests.collect.runtimes.helper import Said, netns, serving
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
    assert covers(PodSandbox, part="containerd", complete=Complete.YES) in covered
    crictl = f"crictl -r unix://{node[0].root}{node[0].socket}"
    assert [each.command for each in heard.heard if "crictl" in each.command] == [
        f"{crictl} inspectp $({crictl} pods -q)", f"{crictl} inspect $({crictl} ps -aq)"
    ]  # fmt: skip


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


RUN = "run/crio/crio.sock"
SPEC = {"runtimeSpec": {"linux": {"namespaces": [{"type": "pid"}, {"type": "network", "path": "/var/run/netns/x"}]}}}


def crio(package: str = "runtime.v1", **replies: Callable[[bytes], Reply]) -> dict[str, Callable[[bytes], Reply]]:
    """Return CRI-O with one pod of one container; answers by method stand in for its own."""
    info = [{1: "info", 2: json.dumps({"pid": 4711, **SPEC, "privileged": False})}]
    metadata = {1: "web", 2: "u-1", 3: "shop"}
    table: dict[str, Callable[[bytes], Reply]] = {
        "Version": lambda _: Reply(encode({1: "0.1.0", 2: "cri-o", 3: "1.28.0", 4: "v1"})),
        "ListPodSandbox": lambda _: Reply(encode({1: [{1: "aa", 2: metadata}]})),
        "PodSandboxStatus": lambda _: Reply(
            encode({1: {1: "aa", 2: metadata, 5: {1: "10.85.0.2", 2: [{1: "fd85::2"}]}}, 2: info})
        ),
        "ListContainers": lambda _: Reply(encode({1: [{1: "bb", 2: "aa", 3: {1: "server"}, 4: {1: "img"}, 6: 1}]})),
        "ContainerStatus": lambda _: Reply(encode({1: {1: "bb", 8: {1: "registry/img:1"}}, 2: info})),
    }
    return {f"/{package}.RuntimeService/{name}": reply for name, reply in {**table, **replies}.items()}


def test_crio_has_addresses_without_interfaces(tmp_path: Path) -> None:
    """It does not pass on what its CNI plugins said; the kernel tells the rest."""
    with serving(tmp_path / RUN, grpc(crio())):
        heard = Said(tmp_path)
    assert heard.unknowns == []
    path = "/var/run/netns/x"
    assert heard.rows(PodSandbox) == [PodSandbox("aa", "web", "shop", "u-1", "ready", 4711, path, None, "cri-o")]
    assert [(ip_text(row.address), row.interface) for row in heard.rows(PodAddress)] == [("10.85.0.2", None), ("fd85::2", None)]
    assert heard.rows(Container) == [
        Container("bb", "server", "registry/img:1", "running", 4711, "pod", None, path, None, "cri-o", "aa")
    ]


@pytest.mark.root
def test_a_process_that_is_not_said_is_looked_up(node: tuple[Containerd, dict[str, str]], tmp_path: Path) -> None:
    """cri-dockerd tells no processes: the kernel knows them by their control groups."""
    engine, idents = node
    (tmp_path / "proc").symlink_to("/proc")
    pods = Reply(encode({1: [{1: idents["web"], 2: {1: "web"}}]}))
    containers = Reply(encode({1: [{1: idents["server"], 2: idents["web"], 3: {1: "server"}, 6: 1}]}))
    silent = Reply(encode({1: {}}))
    table = crio(
        ListPodSandbox=lambda _: pods, PodSandboxStatus=lambda _: silent,
        ListContainers=lambda _: containers, ContainerStatus=lambda _: silent,
    )  # fmt: skip
    with serving(tmp_path / RUN, grpc(table)):
        heard = Said(tmp_path)
    assert [row.pid for row in heard.rows(PodSandbox)] == [engine.task_pid(idents["web"])]
    assert [row.pid for row in heard.rows(Container)] == [engine.task_pid(idents["server"])]


def test_the_older_interface_is_spoken(tmp_path: Path) -> None:
    """Runtimes of before Kubernetes 1.23 know only v1alpha2."""
    with serving(tmp_path / RUN, grpc(crio("runtime.v1alpha2"))):
        heard = Said(tmp_path)
    assert [row.name for row in heard.rows(PodSandbox)] == ["web"]
    assert heard.unknowns == []


def test_what_goes_away_meanwhile_is_left_out(tmp_path: Path) -> None:
    """A pod that ends between the list and its status is not there, which is no unknown."""
    gone = Reply(status=5, message="not found")
    with serving(tmp_path / RUN, grpc(crio(PodSandboxStatus=lambda _: gone, ContainerStatus=lambda _: gone))):
        heard = Said(tmp_path)
    assert heard.rows(PodSandbox) == []
    assert heard.rows(Container) == []
    assert heard.unknowns == []


def test_a_status_that_fails_is_unknown(tmp_path: Path) -> None:
    """With the runtime's own words; absence means nothing then."""
    sad = Reply(status=13, message="disk%20on%20fire")
    with serving(tmp_path / RUN, grpc(crio(ContainerStatus=lambda _: sad))):
        heard = Said(tmp_path)
    assert [row.name for row in heard.rows(PodSandbox)] == ["web"]
    assert [each.what for each in heard.unknowns] == ["ContainerStatus of bb: disk on fire"]
    assert covers(Container, part="cri-o", complete=Complete.NO) in heard.heard[-1].coverage


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("Version", b"\xff\xff"),
        ("ListPodSandbox", b"\x0a\xff"),
        ("PodSandboxStatus", b"\x0b"),
        ("PodSandboxStatus", encode({1: {5: {1: "no address"}}})),
        ("ListContainers", encode({1: 7})),
        ("ContainerStatus", encode({1: {8: 7}})),
    ],
)
def test_garbage_is_unknown(tmp_path: Path, method: str, body: bytes) -> None:
    """Whichever answer it is in; no traceback, and no row made of it."""
    with serving(tmp_path / RUN, grpc({**crio(), f"/runtime.v1.RuntimeService/{method}": lambda _: Reply(body)})):
        heard = Said(tmp_path)
    assert heard.unknowns
    assert all("Traceback" not in each.what for each in heard.unknowns)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"pid": -1}', '{"pid": "x", "runtimeSpec": 7, "cniResult": {"Interfaces": []}}']
)
def test_strange_details_are_passed_over(tmp_path: Path, text: str) -> None:
    """What is in `info` is each runtime's own: a pod is still a pod."""
    status = encode({1: {1: "aa"}, 2: [{1: "info", 2: text}]})
    with serving(tmp_path / RUN, grpc(crio(PodSandboxStatus=lambda _: Reply(status)))):
        heard = Said(tmp_path)
    assert [(row.name, row.pid, row.netns) for row in heard.rows(PodSandbox)] == [("web", None, None)]
