"""A real Docker Engine, read by its API; its own command line is the judge."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from podpath.collect.runtimes.docker import client, inspect_each, running_first
from podpath.collect.runtimes.http_api import Api
from podpath.collect.runtimes.interface import Where
from podpath.state.address import ip_text, mac_text
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import Container, ContainerAddress, ContainerLabel, ContainerNetwork, PublishedPort
from tests.collect.runtimes.helper import Said, http, netns, serving
from tests.engines import Docker

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def host(docker: Docker) -> Iterator[Docker]:
    """An engine with a container of each kind: two networks, published, joined, host's, without, stopped."""
    docker.network(
        "front", "--ipv6", "--subnet", "10.71.0.0/24", "--subnet", "fd71::/64", "-o", "com.docker.network.driver.mtu=1400"
    )
    docker.network("back", "--internal", "--subnet", "10.72.0.0/24")
    labels = ["--label", "app=shop", "--label", "db.password=hunter2", "--env", "DB_PASSWORD=hunter2"]
    health = ["--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1"]
    docker.run("web", *labels, *health, network="front", publish=["8080:80", "127.0.0.1:5353:53/udp"])
    docker.cli("network", "connect", "back", "web")
    docker.run("joined", network="container:web")
    docker.run("hosts", network="host")
    docker.run("alone", network="none")
    docker.run("old")
    docker.cli("stop", "--time", "0", "old")
    yield docker
    docker.remove("web", "joined", "hosts", "alone", "old")
    docker.cli("network", "rm", "front", "back")


def test_containers_are_as_docker_prints_them(host: Docker) -> None:
    """Identifier, image, state and process, for all states."""
    form = "{{.Id}} {{.Name}} {{.Config.Image}} {{.State.Status}} {{.State.Pid}} {{.HostConfig.NetworkMode}}"
    names = ("web", "joined", "hosts", "alone", "old")
    printed = sorted(tuple(line.split()) for line in host.cli("inspect", "--format", form, *names).splitlines())
    rows = Said(host.root).containers("docker")
    assert sorted((r.id, f"/{r.name}", r.image, r.state, str(r.pid or 0), r.network_mode) for r in rows) == printed
    assert {row.runtime for row in rows} == {"docker"}


def test_each_process_is_in_the_namespace_that_is_named(host: Docker) -> None:
    """The sandbox's path, in the engine's own file system, is the namespace of the process."""
    rows = {row.name: row for row in Said(host.root).containers("docker")}
    web, joined, hosts = rows["web"], rows["joined"], rows["hosts"]
    # Below another root a symbolic link would lead out of it, so /var/run is taken for what it is.
    sandbox = host.root / (web.sandbox or "").removeprefix("/var/").lstrip("/")
    assert sandbox.stat().st_ino == netns(web.pid) == netns(joined.pid)
    assert joined.network_mode == f"container:{web.id}"
    assert netns(hosts.pid) == netns(host.pid) != netns(web.pid)
    assert rows["old"].sandbox is None


def test_addresses_are_those_that_the_container_has(host: Docker) -> None:
    """Each address and MAC is on an interface inside; gateways are those that Docker names."""
    inside = json.loads(host.exec("nsenter", "-t", str(host.pid_of("web")), "-n", "ip", "-j", "address"))
    real = {
        (each["local"], each["prefixlen"], link["address"])
        for link in inside if link["ifname"] != "lo"
        for each in link["addr_info"] if each["scope"] == "global"
    }  # fmt: skip
    rows = [row for row in Said(host.root).rows(ContainerAddress) if row.container == "web" and row.address is not None]
    assert {(ip_text(r.address), r.length, mac_text(r.mac)) for r in rows if r.address is not None and r.mac is not None} == real
    attached = json.loads(host.cli("inspect", "--format", "{{json .NetworkSettings.Networks}}", "web"))
    named = {(name, each[key]) for name, each in attached.items() for key in ("Gateway", "IPv6Gateway") if each[key]}
    assert {(row.network, ip_text(row.gateway)) for row in rows if row.gateway is not None} == named


def test_networks_have_the_bridges_that_exist(host: Docker) -> None:
    """With subnets of both families, the MTU and whether anything leaves them."""
    rows = [row for row in Said(host.root).rows(ContainerNetwork) if row.name in {"front", "back"}]
    found = {(r.name, ip_text(r.subnet), r.subnet_len, r.driver, r.internal, r.mtu) for r in rows if r.subnet is not None}
    assert found == {
        ("front", "10.71.0.0", 24, "bridge", False, 1400), ("front", "fd71::", 64, "bridge", False, 1400),
        ("back", "10.72.0.0", 24, "bridge", True, None),
    }  # fmt: skip
    bridges = {link["ifname"] for link in json.loads(host.exec("ip", "-j", "link", "show", "type", "bridge"))}
    assert {row.bridge for row in rows} <= bridges


def test_published_ports_are_as_docker_prints_them(host: Docker) -> None:
    """`docker port` prints PORT/PROTO -> ADDRESS:PORT; clients before 23.0 without the brackets of IPv6."""
    printed = {line.replace(" :::", " [::]:") for line in host.cli("port", "web").splitlines()}
    rows = Said(host.root).rows(PublishedPort)
    addresses = {row: ip_text(row.host_address) for row in rows if row.host_address is not None}
    brackets = {row: f"[{text}]" if ":" in text else text for row, text in addresses.items()}
    assert {f"{row.port}/{row.proto} -> {brackets[row]}:{row.host_port}" for row in rows} == printed


def test_no_secret_is_kept(host: Docker) -> None:
    """Neither of a label nor of the environment; that a label was left out is said."""
    said = Said(host.root)
    assert "hunter2" not in repr(said.heard)
    assert {(row.name, row.value) for row in said.rows(ContainerLabel)} == {
        ("app", "shop"), ("(1 left out: it looks like a credential)", None)
    }  # fmt: skip


def test_health_is_told(host: Docker) -> None:
    """What `docker ps` has in parentheses."""
    rows = {row.name: row.health for row in Said(host.root).containers("docker")}
    assert rows["web"] in {"starting", "unhealthy"}
    assert rows["alone"] is None


def test_all_is_covered_and_nothing_unknown(host: Docker) -> None:
    """An engine that answers leaves no question; the command is what a person types."""
    said = Said(host.root)
    assert said.unknowns == []
    assert covers(Container, part="docker", complete=Complete.YES) in {each for heard in said.heard for each in heard.coverage}
    assert [heard.command for heard in said.heard if not heard.command.startswith("lxc")] == [
        "docker inspect $(docker ps -aq)", "docker network inspect $(docker network ls -q)"
    ]  # fmt: skip


def test_an_engine_elsewhere_is_found_by_the_environment(host: Docker) -> None:
    """DOCKER_HOST names it; its commands then name it, too."""
    said = Said(Path("/nowhere"), environ={"DOCKER_HOST": f"unix://{host.socket}"})
    assert said.heard == []
    said = Said(Path("/"), environ={"DOCKER_HOST": f"unix://{host.socket}"})
    here = [heard.command for heard in said.heard if str(host.socket) in heard.command]
    assert here[0].startswith(f"docker -H unix://{host.socket} inspect $(")
    assert client(Path("/run/docker.sock"), Where(0.0), "docker", "run/docker.sock") == "docker"


def test_a_container_that_goes_away_is_left_out(host: Docker) -> None:
    """Between the list and its inspection: it is not there, which is no unknown."""
    gone = host.run("gone")
    host.remove("gone")
    with Api(host.socket, Where(deadline()), frozenset(("dockerd",))) as api:
        found = inspect_each(api, "/containers/{}/json", [gone, host.cli("inspect", "--format", "{{.Id}}", "web")])
    assert [document["Name"] for document in found.documents] == ["/web"]
    assert found.cut_off is None


def deadline() -> float:
    """Return a moment five seconds from now."""
    return time.monotonic() + 5


def test_what_an_engine_says_before_it_fails_is_kept(tmp_path: Path) -> None:
    """The rest is unknown, and nothing is concluded from its absence."""
    good = json.dumps({"Id": "a" * 64, "Name": "/web", "State": {"Status": "running", "Pid": 7}}).encode()
    listed = json.dumps([{"Id": "a" * 64}, {"Id": "b" * 64}]).encode()
    answers = {
        "/containers/json?all=1": listed, f"/containers/{'a' * 64}/json": good, f"/containers/{'b' * 64}/json": b"{]",
        "/networks": b"[]",
    }  # fmt: skip
    with serving(tmp_path / "run/docker.sock", http(answers)):
        said = Said(tmp_path)
    assert [row.name for row in said.containers("docker")] == ["web"]
    assert "is not JSON" in said.unknowns[0].what
    assert {each.complete for each in said.heard[0].coverage} == {Complete.NO}


def test_those_that_run_are_asked_first() -> None:
    """When the time runs out, it is the stopped ones that are missing."""
    listed = [{"Id": "a", "State": "exited"}, {"Id": "b", "State": "running"}, {"State": "running"}, {"Id": "c"}]
    assert running_first(listed) == ["b", "a", "c"]


@pytest.mark.parametrize("garbage", [b"{}", b"[1]", b"7", b'"x"', b"\xff\xfe", b"[[[[["])
def test_garbage_is_unknown(tmp_path: Path, garbage: bytes) -> None:
    """With the reason, and without a traceback."""
    with serving(tmp_path / "run/docker.sock", http({"/containers/json?all=1": garbage})):
        said = Said(tmp_path)
    assert [row for heard in said.heard for row in heard.rows] == []
    assert said.unknowns
    assert all(each.command.startswith("docker") for each in said.unknowns)


def test_hostile_names_and_labels_are_plain_text(tmp_path: Path) -> None:
    """Characters that act on a terminal are replaced, nothing else is; a name that no engine gives is none."""
    name = "/\x1b[31mweb\u2028\x00"
    document = {"Id": "a" * 64, "Name": name, "State": {}, "Config": {"Labels": {"a\x07": "\x9b31m", "é": "ünï"}}}
    answers = {
        "/containers/json?all=1": json.dumps([{"Id": "a" * 64}]).encode(), "/networks": b"[]",
        f"/containers/{'a' * 64}/json": json.dumps(document).encode(),
    }  # fmt: skip
    with serving(tmp_path / "run/docker.sock", http(answers)):
        said = Said(tmp_path)
    assert said.containers("docker")[0].name == "a" * 64
    assert [(row.name, row.value) for row in said.rows(ContainerLabel)] == [("a�", "�31m"), ("é", "ünï")]


def test_a_hostile_identifier_leads_nowhere_else(tmp_path: Path) -> None:
    """It is quoted, whatever an engine lists."""
    listed = json.dumps([{"Id": "../../x?y=1"}]).encode()
    with serving(tmp_path / "run/docker.sock", http({"/containers/json?all=1": listed, "/networks": b"[]"})):
        said = Said(tmp_path)
    assert said.containers("docker") == []
    assert said.unknowns == []
