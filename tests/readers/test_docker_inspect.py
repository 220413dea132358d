"""`docker inspect` and the same of podman."""

from podpath.readers.docker_inspect import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import covers
from podpath.state.runtime import Container, ContainerAddress, ContainerLabel, ContainerNetwork, PublishedPort, UnpublishedPort
from tests.readers.helper import complaints, json_rows, rows

WEB = {
    "Id": "13cc58ad2898a5c7", "Name": "/web",
    "State": {"Status": "running", "Pid": 23001, "Health": {"Status": "unhealthy"}}, "Image": "sha256:dfd5",
    "Config": {"Image": "bb", "Env": ["PASSWORD=secret"], "Labels": {"app": "shop", "key": "secret", "tls.key": "secret"}},
    "HostConfig": {"NetworkMode": "default"},
    "NetworkSettings": {
        "SandboxKey": "/var/run/docker/netns/15dff74e5367",
        "Ports": {"443/udp": None, "80/tcp": [{"HostIp": "10.0.0.1", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "81"}]},
        "Networks": {
            "bridge": {
                "IPAddress": "172.17.0.2", "IPPrefixLen": 16, "Gateway": "172.17.0.1",
                "MacAddress": "02:42:ac:11:00:02",
                "GlobalIPv6Address": "fd00::2", "GlobalIPv6PrefixLen": 64, "IPv6Gateway": "fd00::1",
            }
        },
    },
}  # fmt: skip
STOPPED = {
    "Id": "9c6f80579bb8", "Name": "/db", "State": {"Status": "exited", "Pid": 0}, "Config": {"Image": "bb"},
    "HostConfig": {"NetworkMode": "mynet"},
    "NetworkSettings": {
        "SandboxKey": "/var/run/docker/netns/35392630787f", "Ports": {},
        "Networks": {"mynet": {"IPAddress": "", "IPPrefixLen": 0, "MacAddress": "", "Gateway": ""}},
    },
}  # fmt: skip


def test_running() -> None:
    """A container is attached once for each family, and published once for each address of the host."""
    ident, mac = "13cc58ad2898a5c7", parse_mac("02:42:ac:11:00:02")
    assert json_rows(READER, [WEB]) == [
        Container(ident, "web", "bb", "running", 23001, "default", "443/udp, 10.0.0.1:8080->80/tcp, :::81->80/tcp",
                  "/var/run/docker/netns/15dff74e5367", "unhealthy"),
        ContainerLabel("web", "app", "shop", ident),
        ContainerLabel("web", "(2 left out: they look like a credential)", None, ident),
        PublishedPort("web", "tcp", 80, parse_ip("10.0.0.1"), 8080, ident),
        PublishedPort("web", "tcp", 80, parse_ip("::"), 81, ident),
        UnpublishedPort("web", "udp", 443, None, ident),
        ContainerAddress("web", "bridge", parse_ip("172.17.0.2"), 16, mac, parse_ip("172.17.0.1"), ident),
        ContainerAddress("web", "bridge", parse_ip("fd00::2"), 64, mac, parse_ip("fd00::1"), ident),
    ]  # fmt: skip


def test_what_a_container_with_the_hosts_network_asked_for_is_not_published() -> None:
    """Docker 20.10 shows no port of it then; of a stopped container nothing is said."""
    asked = {"NetworkMode": "host", "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}
    shown = {
        **WEB,
        "HostConfig": asked,
        "Config": {"ExposedPorts": {"53/udp": {}}},
        "NetworkSettings": {"Ports": {}, "Networks": {}},
    }
    told = [row for row in json_rows(READER, [shown]) if isinstance(row, UnpublishedPort)]
    assert [(row.proto, row.port, row.host_port) for row in told] == [("udp", 53, None), ("tcp", 80, 8080)]
    stopped = {**shown, "State": {"Status": "exited", "Pid": 0}}
    assert not any(isinstance(row, UnpublishedPort) for row in json_rows(READER, [stopped]))


def test_runtime() -> None:
    """The command tells whose container it is; podman says of which pod."""
    assert READER.read_json is not None
    for command, runtime in (("docker", "docker"), ("podman", "podman"), ("nerdctl", "containerd")):
        row = next(row for _, row in READER.read_json([command, "inspect", "web"], [{**WEB, "Pod": "5f1c"}]))
        assert isinstance(row, Container)
        assert (row.runtime, row.pod) == (runtime, "5f1c")


def test_no_health_check() -> None:
    """Docker prints none where a check was switched off."""
    row = json_rows(READER, [{**STOPPED, "State": {"Status": "exited", "Health": {"Status": "none"}}}])[0]
    assert isinstance(row, Container)
    assert row.health is None


def test_secrets() -> None:
    """Neither the environment nor a label that looks like a credential gets into a row."""
    assert "secret" not in repr(json_rows(READER, [WEB]))


def test_stopped() -> None:
    """A container that does not run has neither process nor namespace, but a network."""
    assert json_rows(READER, [STOPPED]) == [
        Container("9c6f80579bb8", "db", "bb", "exited", None, "mynet"), ContainerAddress("db", "mynet", id="9c6f80579bb8"),
    ]  # fmt: skip


def test_old_docker() -> None:
    """Before networks had names the address stood in the settings themselves."""
    old = {**STOPPED, "HostConfig": {}, "NetworkSettings": {"IPAddress": "172.17.0.9", "IPPrefixLen": 16}}
    assert json_rows(READER, [old])[1] == ContainerAddress("db", "bridge", parse_ip("172.17.0.9"), 16, id="9c6f80579bb8")


def test_network() -> None:
    """`docker inspect` shows networks, too."""
    assert READER.read_json is not None
    document = [{"Name": "n", "Id": "67634612bfbb0e3b", "Driver": "bridge", "IPAM": {"Config": []}}]
    assert [row for _, row in READER.read_json([], document)] == [
        ContainerNetwork("67634612bfbb0e3b", "n", "bridge", bridge="br-67634612bfbb")
    ]


def test_absence_and_damage() -> None:
    """A container that does not exist is proof; an address that is none is a complaint."""
    assert rows(READER, "docker inspect nope", "Error: No such object: nope\n") == []
    assert complaints(READER, "docker inspect nope", "what\n") == [
        (0, 'this looks like `docker inspect` output but "what" begins no JSON')
    ]
    damaged = {**WEB, "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "172.17.0"}}}}
    assert getattr(json_rows(READER, [damaged])[-1], "reason", "").endswith('"172.17.0" is not an address')


def test_coverage() -> None:
    """Each container named is covered; templates are not read."""
    assert READER.accepts(["docker", "inspect", "web"]) == (
        covers(Container, part="web"), covers(ContainerAddress, part="web"),
        covers(ContainerLabel, part="web"), covers(PublishedPort, part="web"),
    )  # fmt: skip
    assert READER.accepts(["podman", "container", "inspect", "web"]) is not None
    assert READER.accepts(["docker", "inspect", "-f", "{{.State.Pid}}", "web"]) is None
    assert READER.accepts(["docker", "inspect"]) is None
