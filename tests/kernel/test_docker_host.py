"""A real Docker host, live: what `podpath veth` and `podpath check` say of it, judged by the kernel inside each container."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import engines
from tests.conftest import why_no_namespaces
from tests.engines import Docker

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def host() -> Iterator[Docker]:
    """Return a host with two networks, a published port, and containers with two interfaces, another's network, or the host's."""
    if (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)
    with engines.docker() as docker:
        docker.network("front")
        docker.network("back", "--internal")
        docker.run("busybox")
        docker.run("web", network="front", publish=["8080:80"], command=["busybox", "httpd", "-f", "-p", "80"])
        docker.cli("network", "connect", "back", "web")
        docker.run("joined", network="container:web")
        docker.run("hosts", network="host")
        docker.run("alone", network="none")
        yield docker


def podpath(host: Docker, *words: str) -> tuple[int, str]:
    """Run podpath on the engine's host, as its administrator would, and return its exit code and output."""
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [*host.nsenter_prefix, sys.executable, "-m", "podpath", *words], capture_output=True, text=True, check=False, timeout=60,
        env={**host.environ, "PYTHONPATH": source, "COLUMNS": "80"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def interfaces(host: Docker, *names: str) -> list[dict[str, Any]]:
    """Return the rows of some containers."""
    code, text = podpath(host, "veth", "--format", "json", *names)
    assert code == 0
    rows: list[dict[str, Any]] = json.loads(text)["interfaces"]
    return rows


def findings(host: Docker) -> list[dict[str, Any]]:
    """Return what is found wrong."""
    found: list[dict[str, Any]] = json.loads(podpath(host, "check", "--format", "json")[1])["findings"]
    mine = {"busybox", "web", "joined", "alone", "hosts", "twin"}
    # Other tests have namespaces of their own on this machine.
    return [each for each in found if each["netns"].partition(":")[2] in mine | {""}]


def test_each_interface_is_the_one_that_the_kernel_names(host: Docker) -> None:
    """By `iflink` inside the container, and by the index of the host's end."""
    rows = interfaces(host, "busybox", "web", "joined")
    assert [(row["container"], row["interface"]) for row in rows] == [
        ("busybox", "eth0"), ("web", "eth0"), ("web", "eth1"), ("joined", "eth0"), ("joined", "eth1")
    ]  # fmt: skip
    for row in rows:
        target = f"--target={host.pid_of(row['container'])}"
        inside = host.exec("nsenter", "--net", target, "ip", "-j", "address", "show", row["interface"])
        (printed,) = json.loads(inside)
        iflink = int(host.inside(row["container"], "cat", f"/sys/class/net/{row['interface']}/iflink"))
        (outside,) = json.loads(host.exec("ip", "-j", "link", "show", row["outside"]))
        assert outside["ifindex"] == iflink == row["outside_ifindex"]
        assert outside["link_index"] == printed["ifindex"] == row["ifindex"]
        assert row["mac"] == printed["address"]
        assert row["addresses"] == [f"{a['local']}/{a['prefixlen']}" for a in printed["addr_info"] if a["scope"] == "global"]
        assert row["bridge"] == outside["master"]
        assert (row["status"], row["outside_state"], row["port_state"]) == ("proven", "up", "forwarding")
    assert {row["shares"] for row in rows if row["container"] == "joined"} == {"web"}


def test_containers_without_a_cable_are_there(host: Docker) -> None:
    """One in the host's network, and one without any."""
    hosts, alone = interfaces(host, "hosts", "alone")
    assert (hosts["interface"], hosts["outside"], hosts["reason"]) == (None, None, "it uses the host's own network")
    assert (alone["interface"], alone["reason"]) == (None, "no interface")


def test_the_table_of_a_container_named_busybox(host: Docker) -> None:
    """The daily question, on 80 columns."""
    code, text = podpath(host, "veth", "busybox")
    title, line = text.splitlines()
    assert code == 0
    assert title.split("  ")[0] == "CONTAINER"
    assert line.split()[0] == "busybox"
    assert {"172.17.0.2/16", "docker0", "up"} <= set(line.split())
    assert len(line) <= 80


def test_an_identifier_is_enough(host: Docker) -> None:
    """As long as people type it."""
    ident = host.cli("inspect", "--format", "{{.Id}}", "busybox")
    assert interfaces(host, ident[:8]) == interfaces(host, "busybox")
    code, _ = podpath(host, "veth", "bussybox")
    assert code == 2


def test_a_healthy_host_is_silent(host: Docker) -> None:
    """Nothing is found."""
    assert findings(host) == []


def test_a_connection_that_the_engines_proxy_takes_is_said_to_go_on(host: Docker) -> None:
    """The rules leave a packet to 127.0.0.1 to docker-proxy: that it is delivered there is half of the story."""
    trace = json.loads(podpath(host, "trace", "--format", "json", socket.gethostname(), "127.0.0.1", "--port", "8080")[1])
    assert trace["verdict"] == "delivered"
    (remark,) = trace["remarks"]
    assert remark.startswith("docker-proxy accepts the connection, and opens another one from ")
    words = remark.partition(": podpath ")[2].split()
    assert json.loads(podpath(host, *words, "--format", "json")[1])["verdict"] == "delivered"


def test_the_script_for_nodes_without_podpath_tells_as_much(host: Docker, tmp_path: Path) -> None:
    """Every line that it prints is read; containers have their names, addresses and cables; nothing is found wrong."""
    script = podpath(host, "collect", "--script")[1]
    done = subprocess.run([*host.nsenter_prefix, "sh"], input=script, capture_output=True, text=True, check=False, timeout=60,
                          env=host.environ)  # fmt: skip
    (tmp_path / "docker.txt").write_text(done.stdout, encoding="utf-8")
    report = json.loads(podpath(host, "check", "--format", "json", str(tmp_path))[1])
    # The script enters every namespace of the machine: labs of other tests, too, by the numbers of their processes.
    own = {"", *(f"pid:{host.pid_of(name)}" for name in ("web", "busybox"))}
    found = [one for one in report["findings"] if one["netns"] in own or not one["netns"].startswith("pid:")]
    assert (found, report["unread"]) == ([], [])
    cables = {(one["container"], one["inside"]): one["outside"] for one in report["pairings"]}
    for row in interfaces(host, "web", "busybox"):
        assert cables[row["container"], row["interface"]] == row["outside"]


@contextmanager
def broken(host: Docker, harm: str, mend: str) -> Iterator[None]:
    """Break something for a while."""
    host.exec(*harm.split())
    try:
        yield
    finally:
        host.exec(*mend.split())


def outer(host: Docker, name: str) -> str:
    """Return the host's end of a container's first cable, as the kernel names it."""
    index = host.exec("nsenter", "--net", f"--target={host.pid_of(name)}", "ip", "-j", "link", "show", "eth0")
    wanted = json.loads(index)[0]["link_index"]
    return str(next(link["ifname"] for link in json.loads(host.exec("ip", "-j", "link")) if link["ifindex"] == wanted))


def reaches(host: Docker, name: str, address: str) -> bool:
    """Say whether a packet gets there and back."""
    words = ("nsenter", "--net", f"--target={host.pid_of(name)}", "ping", "-c", "1", "-W", "1", address)
    return "1 received" in host.exec(*words, check=False)


def test_a_cable_out_of_its_bridge_is_named_with_its_container(host: Docker) -> None:
    """And the bridge it belongs to."""
    veth = outer(host, "busybox")
    assert reaches(host, "busybox", "172.17.0.1")
    with broken(host, f"ip link set {veth} nomaster", f"ip link set {veth} master docker0"):
        assert not reaches(host, "busybox", "172.17.0.1")
        (found,) = findings(host)
        (row,) = interfaces(host, "busybox")
    assert (found["check"], found["confidence"]) == ("port-without-bridge", "proven")
    assert found["fix"][0].endswith(f"ip link set {veth} master docker0")
    assert "busybox" in found["summary"]
    assert row["status"] == "broken"
    assert reaches(host, "busybox", "172.17.0.1")


def test_a_bridge_that_is_down_is_named_once(host: Docker) -> None:
    """Its ports are disabled because of it."""
    with broken(host, "ip link set docker0 down", "ip link set docker0 up"):
        (found,) = findings(host)
    assert (found["check"], "docker0 is down" in found["summary"]) == ("device-down", True)


def test_forwarding_that_is_off_is_named(host: Docker) -> None:
    """With the sysctl that says so."""
    with broken(host, "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1"):
        found = findings(host)
    assert [each["check"] for each in found] == ["ip-forward-off"]
    assert "net.ipv4.ip_forward = 0" in {line["line"] for line in found[0]["evidence"]}


def test_two_containers_with_one_address_are_named(host: Docker) -> None:
    """An address conflict that somebody made by hand."""
    host.run("twin")
    inside = ("nsenter", "--net", f"--target={host.pid_of('twin')}", "ip")
    try:
        host.exec(*inside, "address", "flush", "dev", "eth0")
        host.exec(*inside, "address", "add", "172.17.0.2/16", "dev", "eth0")
        host.exec(*inside, "route", "add", "default", "via", "172.17.0.1")
        found = findings(host)
    finally:
        host.remove("twin")
    assert [each["check"] for each in found] == ["duplicate-pod-ip"]
    assert "172.17.0.2" in found[0]["summary"]


def test_an_ordinary_user_is_told_what_is_missing(host: Docker) -> None:
    """Not a traceback, not silence."""
    source = str(Path(__file__).parents[2] / "src")
    if not os.access(source, os.R_OK):
        pytest.skip("the checkout cannot be read")
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run(
        [*user, sys.executable, "-m", "podpath", "check", "--format", "json"], capture_output=True, text=True, check=False,
        timeout=60, env={**host.environ, "PYTHONPATH": source, "HOME": "/nonexistent"},
    )  # fmt: skip
    if "No module named" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("another user cannot read the environment")
    assert done.returncode in {0, 1}, done.stderr
    missing = {unknown["missing"] for unknown in json.loads(done.stdout)["unknowns"]}
    assert any("permission denied" in what.lower() for what in missing), missing
    shown = subprocess.run(
        [*user, sys.executable, "-m", "podpath", "veth"], capture_output=True, text=True, check=False, timeout=60,
        env={**host.environ, "PYTHONPATH": source, "HOME": "/nonexistent"},
    )  # fmt: skip
    assert "no container, and no namespace" not in shown.stdout
    assert "not seen: the network namespace of process" in shown.stderr
