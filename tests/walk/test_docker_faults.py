"""What breaks on a plain Docker host, made with the real engine: real packets judge, and the trace names the cause.

A client behind the host's uplink asks a published port with a TCP handshake; what the kernel answers is what the walk says. Where
the cause has a fix that can be typed, it is typed, and the packets pass.
"""

import errno
import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from podpath.netlink.namespace import Visitor
from tests import engines
from tests.engines import IMAGE, Docker, wait_for

pytestmark = [pytest.mark.root, pytest.mark.long]

_NET: Final = f"198.18.{os.getpid() % 250}"
"""Of this process alone: podpath sees the namespaces of whoever tests beside it (RFC 2544)."""
HOST: Final = f"{_NET}.10"
CLIENT: Final = f"{_NET}.1"
WEB, DB = (f"{name}-{os.getpid()}" for name in ("web", "db"))
"""Containers of this process alone: labs beside it have some by the usual names."""
SERVES: Final = ("httpd", "-f", "-p", "80", "-h", "/www")
_LATE: Final = frozenset(f"restarting {count}" for count in range(7, 12))
_PATIENCE: Final = 1.5
_ERRORS: Final = {errno.ECONNREFUSED: "refused", errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable"}


class Host(NamedTuple):
    """A Docker host with an uplink.

    Attributes:
        docker: the engine.
        client: a namespace at the other end of the uplink, open.
        visitor: enters it.
    """

    docker: Docker
    client: int
    visitor: Visitor

    def asks(self, port: int) -> str:
        """Return what a client hears that opens a TCP connection to a port of the host."""

        def connect() -> str:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as each:
                each.settimeout(_PATIENCE)
                try:
                    each.connect((HOST, port))
                except TimeoutError:
                    return "dropped"
                except OSError as error:
                    return _ERRORS.get(error.errno or 0, str(error))
                # docker-proxy takes the connection before it asks the container, and resets it then.
                each.settimeout(0.3)
                try:
                    return "delivered" if each.recv(1) else "refused"
                except TimeoutError:
                    return "delivered"
                except OSError:
                    return "refused"

        return self.visitor.inside(self.client, connect)

    def podpath(self, *words: str) -> tuple[Any, str]:
        """Return the JSON that podpath prints on the host, and what it says on standard error."""
        command = [*self.docker.nsenter_prefix, sys.executable, "-m", "podpath", *words, "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return (json.loads(done.stdout) if done.stdout.startswith("{") else None), done.stderr

    def trace(self, port: int) -> dict[str, Any]:
        """Return the trace from the client to a port of the host."""
        told, said = self.podpath("trace", CLIENT, HOST, "--port", str(port))
        assert isinstance(told, dict), said
        return told

    def found(self) -> set[str]:
        """Return the names of what ``podpath check`` finds on the host itself."""
        told, said = self.podpath("check")
        assert told is not None, said
        return {each["check"] for each in told["findings"] if each["netns"].partition(":")[0] in {"", "container"}}


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A host with a network, two containers, a published port and a client."""
    with engines.docker() as docker:
        yield from _hosted(docker)


def _hosted(docker: Docker) -> Iterator[Host]:
    process = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    try:
        path = Path(f"/proc/{process.pid}/ns/net")
        own = Path("/proc/self/ns/net").stat().st_ino
        wait_for("the client's namespace", lambda: path.stat().st_ino != own)
        with path.open("rb") as client, Visitor() as visitor:
            _plug(docker, process.pid)
            docker.network("shop")
            docker.run(WEB, network="shop", publish=["8080:80"], command=SERVES)
            docker.run(DB, network="shop")
            made = Host(docker, client.fileno(), visitor)
            wait_for("web answers", lambda: made.asks(8080) == "delivered")
            yield made
            docker.remove(WEB, DB)
            docker.cli("network", "rm", "shop")
    finally:
        process.kill()
        process.wait()


def _plug(docker: Docker, client: int) -> None:
    inside = ["nsenter", "--net", "--target", str(client)]
    subprocess.run(
        ["ip", "link", "add", "eth0", "netns", str(docker.pid), "type", "veth", "peer", "name", "eth0", "netns", str(client)],
        check=True,
    )  # fmt: skip
    for line in (f"ip address add {HOST}/24 dev eth0", "ip link set eth0 up", f"ip route add default via {CLIENT}"):
        docker.exec(*shlex.split(line))
    for line in (f"ip address add {CLIENT}/24 dev eth0", "ip link set eth0 up", "ip link set lo up"):
        subprocess.run([*inside, *shlex.split(line)], check=True)


@contextmanager
def made(host: Host, name: str, *options: str, command: tuple[str, ...] = SERVES) -> Iterator[None]:
    """Make a container for a while; it may fail to start."""
    host.docker.cli("run", "--detach", "--name", name, "--network", "shop", *options, IMAGE, *command, check=False)
    try:
        yield
    finally:
        host.docker.remove(name)


@contextmanager
def rules(host: Host, *lines: str) -> Iterator[None]:
    """Change the host's rules for a while."""
    saved = host.docker.exec("iptables-save")
    for line in lines:
        host.docker.exec(*shlex.split(line))
    try:
        yield
    finally:
        (host.docker.folder / "rules").write_text(saved, encoding="utf-8")
        host.docker.exec("iptables-restore", str(host.docker.folder / "rules"))


def test_a_healthy_host_is_healthy(host: Host) -> None:
    """Nothing is found, and the port is open."""
    assert host.asks(8080) == host.trace(8080)["verdict"] == "delivered"
    assert host.found() <= {"forward-policy-drop"}, "of the client, which stands for a network, and is a namespace here"


def test_a_stopped_container_is_named(host: Host) -> None:
    """By its port and by its name; the fix starts it."""
    host.docker.cli("stop", "--time", "0", WEB)
    told = host.trace(8080)
    assert host.asks(8080) == told["verdict"] == "refused"
    assert told["cause"]["check"] == "container-not-running"
    assert "container-not-running" in host.found()
    assert f"{WEB} is not running (exit code 137)" in host.podpath("trace", DB, WEB)[1]
    host.docker.cli(*shlex.split(told["cause"]["fix"][-1].partition(": docker ")[2]))
    wait_for("web answers", lambda: host.asks(8080) == "delivered")


def test_a_paused_container_is_told(host: Host) -> None:
    """Its kernel shakes hands, and no program answers."""
    host.docker.cli("pause", WEB)
    try:
        told = host.trace(8080)
        assert host.asks(8080) == told["verdict"] == "delivered"
        assert any(f"{WEB} is paused" in remark for remark in told["remarks"])
        assert "container-not-running" in host.found()
    finally:
        host.docker.cli("unpause", WEB)


def test_a_container_that_keeps_ending_is_told(host: Host) -> None:
    """The engine starts it again and again."""
    with made(host, "crash", "--restart", "always", "--publish", "8090:80", command=("sh", "-c", "exit 3")):
        # The engine waits twice as long each time: by then long enough for a trace and a check on a busy machine.
        form = "{{.State.Status}} {{.RestartCount}}"
        wait_for("it is restarting", lambda: host.docker.cli("inspect", "-f", form, "crash") in _LATE)
        told = host.trace(8090)
        assert host.asks(8090) == told["verdict"] == "refused"
        assert told["cause"]["check"] == "container-not-running"
        assert "container-not-running" in host.found()


def test_a_port_that_another_program_holds_is_told(host: Host) -> None:
    """The packet reaches that program, and the container was never started."""
    program = "import socket, signal; s = socket.create_server(('0.0.0.0', 9090)); print(1, flush=True); signal.pause()"
    pid = host.docker.start(sys.executable, "-c", program, log="holder.log")
    try:
        wait_for("it listens", lambda: host.docker.log("holder.log"))
        with made(host, "late", "--publish", "9090:80"):
            told = host.trace(9090)
            assert host.asks(9090) == told["verdict"] == "delivered"
            assert any("late needs tcp port 9090" in remark for remark in told["remarks"])
            assert "container-not-running" in host.found()
    finally:
        host.docker.stop(pid)


@pytest.mark.parametrize(
    ("options", "command", "check"),
    [
        pytest.param(("--publish", "127.0.0.1:8070:80"), SERVES, "published-on-loopback", id="published on 127.0.0.1"),
        pytest.param(
            ("--publish", "8070:80"), ("httpd", "-f", "-p", "127.0.0.1:80", "-h", "/www"), "target-not-listening",
            id="listens on 127.0.0.1",
        ),
        pytest.param(("--publish", "8070:81"), SERVES, "target-not-listening", id="another port"),
    ],
)  # fmt: skip
def test_a_closed_port_has_its_cause(host: Host, options: tuple[str, ...], command: tuple[str, ...], check: str) -> None:
    """Published too narrowly, or listened at too narrowly, or not at all."""
    with made(host, "narrow", *options, command=command):
        told = host.trace(8070)
        assert host.asks(8070) == told["verdict"] == "refused"
        assert told["cause"]["check"] == check


def test_a_port_that_is_only_exposed_is_told(host: Host) -> None:
    """Nothing listens on the host; the container's own address is another way."""
    with made(host, "quiet", "--expose", "80"):
        told = host.trace(80)
        assert host.asks(80) == told["verdict"] == "refused"
        assert told["cause"]["check"] == "port-not-published"
        assert "recreate quiet with -p 80:80" in told["cause"]["fix"][0]


def test_a_port_of_a_container_with_the_hosts_network_is_told(host: Host) -> None:
    """Docker ignores what was to be published, and the program listens at its own port."""
    host.docker.cli("run", "--detach", "--name", "bare", "--network", "host", "--publish", "8071:80", IMAGE, *SERVES, check=False)
    try:
        wait_for("bare answers", lambda: host.asks(80) == "delivered")
        told = host.trace(8071)
        assert host.asks(8071) == told["verdict"] == "refused"
        assert told["cause"]["check"] == "port-not-published"
        assert "has the network of the host" in told["cause"]["summary"]
    finally:
        host.docker.remove("bare")


def test_a_container_without_a_network_is_connected_by_the_fix(host: Host) -> None:
    """`--network none`: the two commands that the message shows are typed."""
    host.docker.run("alone", network="none")
    try:
        said = host.podpath("trace", "alone", WEB)[1]
        assert "--network none" in said
        for command in said.partition("): ")[2].partition(" (or ")[0].strip().split("; "):
            host.docker.cli(*shlex.split(command)[1:])
        assert host.podpath("trace", "alone", WEB, "--port", "80")[0]["verdict"] == "delivered"
    finally:
        host.docker.remove("alone")


@pytest.mark.parametrize(
    ("lines", "verdict", "check"),
    [
        pytest.param(
            ("iptables -P FORWARD DROP", "iptables -F FORWARD"), "dropped", {"firewall-reload-wiped-rules"}, id="FORWARD flushed"
        ),
        pytest.param(("iptables -F DOCKER",), "dropped", {"firewall-reload-wiped-rules"}, id="DOCKER flushed"),
        pytest.param(
            ("iptables -P FORWARD ACCEPT", "iptables -F", "iptables -t nat -F"), "delivered", {"firewall-reload-wiped-rules"},
            id="all flushed",
        ),
    ],
)  # fmt: skip
def test_rules_that_were_changed_are_told(host: Host, lines: tuple[str, ...], verdict: str, check: set[str]) -> None:
    """By the trace where packets are lost, and by the check in any case."""
    with rules(host, *lines):
        told = host.trace(8080)
        assert host.asks(8080) == told["verdict"] == verdict, told["unknowns"]
        assert verdict == "delivered" or told["cause"]["check"] in check
        assert host.found() & check
        if verdict != "delivered":
            assert told["cause"]["fix"][0] == f"on {told['cause']['node']}: systemctl restart docker"


def test_a_rule_of_the_administrator_that_stops_all_is_the_cause(host: Host) -> None:
    """Docker's own rules come later by design: nobody is told to move them. The fix lets the packets and their replies pass."""
    with rules(host, "iptables -I DOCKER-USER -j DROP"):
        told = host.trace(8080)
        assert host.asks(8080) == told["verdict"] == "dropped"
        assert told["cause"]["check"] == "netfilter-drop"
        found = host.found()
        assert "netfilter-drop" in found
        assert "rule-never-reached" not in found
        others = [line.partition(": ")[2] for line in told["cause"]["fix"][1:]]
        _typed(host, told)
        assert host.asks(8080) == "delivered"
    with rules(host, "iptables -I DOCKER-USER -j DROP"):
        for line in others:
            host.docker.exec("sh", "-c", line.partition("   (")[0])
        assert host.asks(8080) == host.trace(8080)["verdict"] == "delivered"


def test_the_engines_names_stand_beside_the_kernels(host: Host) -> None:
    """The network beside its bridge, published ports at their container; a name may be long."""
    long = f"long-{'x' * 200}"
    bridge = f"br-{host.docker.cli('network', 'inspect', '-f', '{{.Id}}', 'shop')[:12]}"
    with made(host, long, "--publish", "127.0.0.1:8050:80"):
        shown, said = host.podpath("veth", long)
        assert shown is not None, said
        assert [(row["network"], row["published"]) for row in shown["interfaces"]] == [("shop", ["127.0.0.1:8050->80/tcp"])]
        told, said = host.podpath("trace", long, WEB, "--port", "80")
        assert told is not None, said
        assert told["verdict"] == "delivered"
        assert any(remark.startswith(f"{bridge} on ") and remark.endswith(" is the network shop") for remark in told["remarks"])
    host.docker.exec("ip", "link", "set", bridge, "down")
    try:
        assert {"bridge": bridge, "network": "shop"} in host.trace(8080)["cause"]["networks"]
    finally:
        host.docker.exec("ip", "link", "set", bridge, "up")
        wait_for("web answers", lambda: host.asks(8080) == "delivered")


def test_a_host_without_a_default_route_is_told(host: Host) -> None:
    """Containers reach no further than the host's own network."""
    host.docker.exec("ip", "route", "del", "default")
    try:
        told, said = host.podpath("trace", WEB, "198.51.100.7")
        assert told is not None, said
        assert (told["verdict"], told["cause"]["check"]) == ("unreachable", "route-missing")
        assert "default-route-missing" in host.found()
    finally:
        host.docker.exec("ip", "route", "add", "default", "via", CLIENT)


def test_an_uplink_with_a_smaller_mtu_is_told(host: Host) -> None:
    """Small packets pass, so that only the check can tell."""
    host.docker.exec("ip", "link", "set", "eth0", "mtu", "1400")
    try:
        assert host.asks(8080) == "delivered"
        assert "mtu-exceeds-path" in host.found()
    finally:
        host.docker.exec("ip", "link", "set", "eth0", "mtu", "1500")


def test_a_name_server_that_is_not_there_is_told(host: Host) -> None:
    """The host's resolv.conf names the host itself, and nothing listens on port 53: its containers ask that server, too."""
    file = host.docker.folder / "resolv.conf"
    file.write_text("nameserver 127.0.0.153\n", encoding="utf-8")
    host.docker.exec("mount", "--bind", str(file), "/etc/resolv.conf")
    try:
        assert "nameserver-dead" in host.found()
    finally:
        host.docker.exec("umount", "/etc/resolv.conf")


def test_a_listener_of_ipv6_alone_is_told(host: Host) -> None:
    """The published port of IPv4 is refused, though the container shows a listener on all addresses of IPv6."""
    program = (
        "import signal, socket; s = socket.socket(socket.AF_INET6); s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)"
        "; s.bind(('::', 80)); s.listen(); print(1, flush=True); signal.pause()"
    )
    with made(host, "six", "--publish", "8060:80", command=("sleep", "60")):
        process = host.docker.cli("inspect", "-f", "{{.State.Pid}}", "six")
        pid = host.docker.start("nsenter", "--net", "--target", process, sys.executable, "-c", program, log="six.log")
        try:
            wait_for("it listens", lambda: host.docker.log("six.log"))
            told = host.trace(8060)
            assert host.asks(8060) == told["verdict"] == "refused"
            assert told["cause"]["check"] == "target-not-listening"
            assert "only on ::" in told["cause"]["summary"]
        finally:
            host.docker.stop(pid)


def test_an_engine_that_does_not_answer_is_told_where_a_name_is_unknown(host: Host) -> None:
    """Dockerd is stopped by a signal, as one that hangs."""
    pid = int((host.docker.folder / "docker.pid").read_text(encoding="utf-8"))
    stop: Callable[[str], str] = lambda number: host.docker.exec("kill", number, str(pid))  # noqa: E731 - twice the same
    stop("-STOP")
    try:
        said = host.podpath("trace", DB, "elsewhere")[1]
        assert "containers of docker" in said
    finally:
        stop("-CONT")


def _typed(host: Host, told: dict[str, Any], count: int = 1) -> None:
    """Type the first commands of a fix on the host, as they are printed."""
    for line in told["cause"]["fix"][:count]:
        host.docker.exec("sh", "-c", line.partition(": ")[2])


def test_a_rule_before_that_of_a_published_port_is_told(host: Host) -> None:
    """It leads elsewhere, and the port's own rule sees no packet; the fix takes it away."""
    earlier = "-p tcp --dport 8080 -j DNAT --to-destination 172.31.255.250:81"
    address = host.docker.cli("inspect", "-f", "{{.NetworkSettings.Networks.shop.IPAddress}}", DB)
    with rules(host, f"iptables -t nat -I DOCKER 1 {earlier.replace('172.31.255.250', address)}"):
        told = host.trace(8080)
        assert host.asks(8080) == told["verdict"] == "dropped"
        assert told["cause"]["check"] == "hostport-stale-dnat"
        assert "no packet reaches it" in told["cause"]["why"]
        _typed(host, told)
        assert host.asks(8080) == host.trace(8080)["verdict"] == "delivered"


def test_a_policy_of_the_other_iptables_is_fixed_there(host: Host) -> None:
    """Its tables have no DOCKER-USER, and a rule in those of the other back end changes nothing for it."""
    host.docker.exec("iptables-legacy", "-P", "FORWARD", "DROP")
    try:
        told = host.trace(8080)
        assert host.asks(8080) == told["verdict"] == "dropped"
        assert told["cause"]["check"] == "iptables-legacy-nft-mix"
        _typed(host, told)
        assert host.asks(8080) == host.trace(8080)["verdict"] == "delivered"
    finally:
        host.docker.exec("iptables-legacy", "-P", "FORWARD", "ACCEPT")


def test_a_port_off_its_bridge_is_put_back_by_the_fix(host: Host) -> None:
    """Of several bridges it is the one in whose network the container's address lies."""
    inside = host.docker.inside(WEB, "ip", "-o", "link", "show", "eth0").partition("@if")[2].partition(":")[0]
    port = host.docker.exec("sh", "-c", f"ip -o link | grep ^{inside}:").split()[1].partition("@")[0]
    host.docker.exec("ip", "link", "set", port, "nomaster")
    told = host.trace(8080)
    assert host.asks(8080) != "delivered"
    assert told["verdict"] != "delivered"
    assert told["cause"]["check"] == "port-without-bridge"
    _typed(host, told)
    wait_for("web answers", lambda: host.asks(8080) == "delivered")


def test_a_network_without_a_way_out_is_told_as_one(host: Host) -> None:
    """No other network is concerned, so no published port helps."""
    host.docker.network("sealed", "--internal")
    host.docker.cli("run", "--detach", "--name", "inner", "--network", "sealed", IMAGE, *SERVES)
    try:
        told, said = host.podpath("trace", "inner", CLIENT)
        assert told is not None, said
        assert host.docker.cli("exec", "inner", "ping", "-c", "1", "-W", "1", CLIENT, check=False) == ""
        assert told["verdict"] == "dropped"
        assert "--internal" in told["cause"]["fix"][0]
    finally:
        host.docker.remove("inner")
        host.docker.cli("network", "rm", "sealed")


def test_a_stale_route_over_a_containers_network_is_fixed_by_its_deletion(host: Host) -> None:
    """The engine's settings have nothing to do with it."""
    net = host.docker.cli("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", "shop").partition("/")[0]
    host.docker.exec("ip", "route", "add", f"{net}/24", "via", CLIENT)
    try:
        told, said = host.podpath("check")
        assert told is not None, said
        fixes = [line for each in told["findings"] if each["check"] == "docker-subnet-shadows-lan" for line in each["fix"]]
        assert host.asks(8080) != "delivered" or fixes
        assert any(f"ip route delete {net}/24 via {CLIENT} dev eth0" in line for line in fixes), fixes
        host.docker.exec("sh", "-c", fixes[0].partition(": ")[2])
        assert host.asks(8080) == "delivered"
    finally:
        host.docker.exec("ip", "route", "del", f"{net}/24", "via", CLIENT, check=False)
