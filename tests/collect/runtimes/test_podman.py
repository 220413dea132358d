"""Real podman, with and without its service; its own command line is the judge."""

import json
import os
import sys
from pathlib import Path

import pytest

from podpath.collect.runtimes.cgroup import owner_of_process
from podpath.state.address import ip_text
from podpath.state.evidence import Complete
from podpath.state.runtime import ContainerAddress, ContainerLabel, ContainerNetwork, PodSandbox, PublishedPort
from tests.collect.runtimes.helper import Said, netns
from tests.engines import Podman, wait_for

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def host(podman: Podman) -> Podman:
    """Podman with a published container, a pod of one, a container of the host's network and one that has ended."""
    podman.run("web", "--publish", "8080:80", "--label", "app=shop", "--label", "secret=hunter2", "--env", "PASSWORD=hunter2")
    podman.pod("pod")
    podman.run("inside", "--pod", "pod")
    podman.run("hosts", "--network", "host")
    podman.run("old", "--network", "none")
    podman.cli("stop", "--time", "0", "old")
    return podman


def printed(host: Podman) -> dict[str, tuple[str, int, str]]:
    """Return identifier, process and state by name, as podman prints them."""
    listed = json.loads(host.cli("ps", "--all", "--format", "json"))
    return {each["Names"][0]: (each["Id"], each["Pid"], each["State"]) for each in listed}


def listing(top: Path) -> dict[str, tuple[int, int]]:
    """Return time of change and size of every file that podman keeps, and of its directories."""
    places = [top / "var/lib/containers", top / "run/containers", top / "run/libpod"]
    found = [path for place in places for path in place.rglob("*") if "/vfs/dir/" not in str(path)]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in found}


def read_unchanged(root: Path) -> Said | None:
    """Return what is said, unless a file changed meanwhile: podman itself still cleans up after what has ended."""
    before = listing(root)
    said = Said(root)
    return said if listing(root) == before else None


def test_without_the_service_the_files_tell(host: Podman) -> None:
    """Names, states, processes and namespaces; what they do not tell is unknown; podman is not started."""
    known = printed(host)
    said = wait_for("nothing changes while podpath reads", lambda: read_unchanged(host.root))
    rows = {row.name: row for row in said.containers("podman")}
    assert {name: (row.id, row.pid or 0, row.state) for name, row in rows.items()} == known
    web, inside = rows["web"], rows["inside"]
    assert web.image == "localhost/podpath-busybox:latest"
    assert (host.root / (web.sandbox or "").lstrip("/")).stat().st_ino == netns(web.pid)
    assert rows["hosts"].network_mode == "host"
    assert inside.pod == host.cli("pod", "inspect", "--format", "{{.ID}}", "pod")
    assert [each.what for each in said.unknowns] == [
        "addresses, ports, labels and pods of podman's containers: its service does not run"
    ]
    assert "hunter2" not in repr(said.heard)
    assert {each.complete for heard in said.heard for each in heard.coverage} == {Complete.NO}


def test_with_the_service_all_is_told(host: Podman) -> None:
    """Addresses, ports, labels, networks and pods, too."""
    known = printed(host)
    with host.service():
        said = Said(host.root)
    assert said.unknowns == []
    rows = {row.name: row for row in said.containers("podman")}
    assert {name: (row.id, row.pid or 0, row.state) for name, row in rows.items()} == known
    assert "hunter2" not in repr(said.heard)
    assert ("app", "shop") in {(row.name, row.value) for row in said.rows(ContainerLabel)}
    assert [(row.container, row.proto, row.port, row.host_port) for row in said.rows(PublishedPort)] == [("web", "tcp", 80, 8080)]
    address = next(row.address for row in said.rows(ContainerAddress) if row.container == "web")
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    assert address is not None
    assert ip_text(address) == host.cli("inspect", "--format", template, "web")
    network = next(row for row in said.rows(ContainerNetwork) if row.name == "podman")
    assert f" {network.bridge}: " in host.exec("ip", "link", "show", "type", "bridge")


def test_podman_in_dockers_place_is_podman(host: Podman) -> None:
    """The package podman-docker links Docker's socket to podman's: no container is told twice, or as Docker's."""
    link = host.root / "run/docker.sock"
    with host.service():
        link.symlink_to("podman/podman.sock")
        try:
            said = Said(host.root, environ={"DOCKER_HOST": "unix:///run/podman/podman.sock"})
        finally:
            link.unlink()
    assert said.containers("docker") == []
    assert len(said.containers("podman")) == len(printed(host))
    assert said.unknowns == []


def test_podman_that_sleeps_is_not_woken(host: Podman) -> None:
    """Systemd listens for it: neither its own socket nor Docker's name for it is connected to, and the files tell."""
    path = host.root / "run/podman/podman.sock"
    path.parent.mkdir(exist_ok=True)
    (host.root / "run/docker.sock").symlink_to("podman/podman.sock")
    systemd = host.folder / "systemd"
    systemd.symlink_to(sys.executable)
    code = (
        "import socket; s = socket.socket(socket.AF_UNIX); s.bind('/run/podman/podman.sock');"
        " s.listen(); s.accept(); open('/run/woken', 'x')"
    )
    pid = host.start("nsenter", f"--net=/proc/{os.getpid()}/ns/net", str(systemd), "-c", code, log="systemd.log")
    try:
        wait_for("systemd listens", path.exists)
        said = Said(host.root)
        assert not (host.root / "run/woken").exists()
        assert len(said.containers("podman")) == len(printed(host))
        assert [each.what for each in said.unknowns] == [
            "addresses, ports, labels and pods of podman's containers: its service does not run"
        ]
    finally:
        host.stop(pid)
        path.unlink()
        (host.root / "run/docker.sock").unlink()


def test_a_pod_has_the_namespace_of_its_members(host: Podman) -> None:
    """The container that holds it is told, and each member names the pod."""
    with host.service():
        said = Said(host.root)
    pod = said.rows(PodSandbox)[0]
    members = [row for row in said.containers("podman") if row.pod == pod.id]
    assert (pod.name, pod.state, pod.host_network, pod.runtime) == ("pod", "ready", False, "podman")
    assert pod.pid in {row.pid for row in members}
    assert {netns(pid) for pid in (pod.pid, *(row.pid for row in members))} == {
        (host.root / (pod.netns or "").lstrip("/")).stat().st_ino
    }


def test_a_process_is_known_by_its_control_group(host: Podman) -> None:
    """Without asking podman."""
    ident, pid, _ = printed(host)["web"]
    owner = owner_of_process(pid)
    assert owner is not None
    assert (owner.runtime, owner.id) == ("podman", ident)


def test_where_there_is_no_podman_nothing_is_said(tmp_path: Path) -> None:
    """An empty storage has no containers, either."""
    (tmp_path / "var/lib/containers/storage/overlay-containers").mkdir(parents=True)
    assert Said(tmp_path).heard == []
    (tmp_path / "var/lib/containers/storage/overlay-containers/containers.json").write_text("[]")
    assert Said(tmp_path).heard == []


@pytest.mark.parametrize("text", ["{", '[{"id": 7}]', '[{"id": "../../x"}]', "7"])
def test_damaged_files(tmp_path: Path, text: str) -> None:
    """What is no JSON is unknown; what names nothing is nothing."""
    folder = tmp_path / "var/lib/containers/storage/overlay-containers"
    folder.mkdir(parents=True)
    (folder / "containers.json").write_text(text)
    said = Said(tmp_path)
    assert said.containers("podman") == []
    assert bool(said.unknowns) is (text == "{")


def _storage(root: Path) -> Path:
    folder = root / "var/lib/containers/storage/overlay-containers"
    folder.mkdir(parents=True)
    return folder / "containers.json"


@pytest.mark.parametrize("kind", ["device", "link", "pipe", "stranger", "large"])
def test_what_a_user_may_have_put_in_the_place_of_a_file(tmp_path: Path, kind: str) -> None:
    """Nothing is read of it without end, nor of somebody else's; that it was not read is said."""
    path = _storage(tmp_path)
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link":
        (tmp_path / "theirs").write_text('[{"id": "abc"}]')
        path.symlink_to(tmp_path / "theirs")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "stranger":
        path.write_text("[]")
        os.chown(path, 12345, 12345)
    else:
        with path.open("wb") as file:
            file.truncate(17 << 20)
    said = Said(tmp_path)
    assert said.containers("podman") == []
    assert len(said.unknowns) == 1


def test_a_name_that_is_none_is_not_taken(tmp_path: Path) -> None:
    """Whoever serves a socket or writes the file says what he likes; commands are printed with such names."""
    path, ident = _storage(tmp_path), "ab" * 32
    metadata = json.dumps({"name": "web;id>pwned;#", "image-name": "i"})
    path.write_text(json.dumps([{"id": ident, "names": ["web"], "metadata": metadata}]))
    (path.parent / ident / "userdata").mkdir(parents=True)
    (path.parent / ident / "userdata/config.json").write_text('{"annotations": {"io.container.manager": "libpod"}}')
    assert [row.name for row in Said(tmp_path).containers("podman")] == [ident]
