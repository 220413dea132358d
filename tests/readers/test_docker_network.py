"""`docker network inspect` and `docker network ls`."""

from podpath.readers.docker_network import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import ContainerAddress, ContainerNetwork
from tests.readers.helper import complaints, json_rows, rows

LIST = """\
NETWORK ID     NAME      DRIVER    SCOPE
95d62a85830b   bridge    bridge    local
733fa2906d8b   none      null      local
"""
BRIDGE = {
    "Name": "bridge", "Id": "95d62a85830b586e", "Scope": "local", "Driver": "bridge", "Internal": False,
    "IPAM": {"Config": [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}, {"Subnet": "fd00::/64"}]},
    "Containers": {
        "13cc": {"Name": "web", "MacAddress": "02:42:ac:11:00:02", "IPv4Address": "172.17.0.2/16", "IPv6Address": ""}
    },
    "Options": {"com.docker.network.bridge.name": "docker0", "com.docker.network.driver.mtu": "1500"},
}  # fmt: skip


def test_list() -> None:
    """The table names networks and drivers, not their bridges."""
    assert rows(READER, "docker network ls", LIST) == [
        ContainerNetwork("95d62a85830b", "bridge", "bridge", "local"),
        ContainerNetwork("733fa2906d8b", "none", "null", "local"),
    ]
    assert complaints(READER, "docker network ls", "no such thing at all\n") == [
        (0, 'this looks like `docker network ls` output but "no" does not begin a network')
    ]


def test_inspect() -> None:
    """A network has a row for each subnet; its members have addresses."""
    first = ContainerNetwork("95d62a85830b586e", "bridge", "bridge", "local", parse_ip("172.17.0.0"), 16,
                             parse_ip("172.17.0.1"), "docker0", internal=False, mtu=1500)  # fmt: skip
    assert json_rows(READER, [BRIDGE]) == [
        first,
        first._replace(subnet=parse_ip("fd00::"), subnet_len=64, gateway=None),
        ContainerAddress("web", "bridge", parse_ip("172.17.0.2"), 16, parse_mac("02:42:ac:11:00:02"), id="13cc"),
    ]


def test_bridge_by_id() -> None:
    """A bridge that is not named is called after the network's id; other drivers have none."""
    mine = {**BRIDGE, "Name": "mynet", "Options": {}, "IPAM": {"Config": []}, "Containers": {}}
    assert json_rows(READER, [mine, {**mine, "Driver": "macvlan"}]) == [
        ContainerNetwork("95d62a85830b586e", "mynet", "bridge", "local", bridge="br-95d62a85830b", internal=False),
        ContainerNetwork("95d62a85830b586e", "mynet", "macvlan", "local", internal=False),
    ]


def test_podman() -> None:
    """Networks of podman have other keys, and name their bridge."""
    document = [{"name": "podman", "id": "2f25", "driver": "bridge", "network_interface": "podman0", "internal": False,
                 "subnets": [{"subnet": "10.88.0.0/16", "gateway": "10.88.0.1"}]}]  # fmt: skip
    assert json_rows(READER, document) == [
        ContainerNetwork("2f25", "podman", "bridge", None, parse_ip("10.88.0.0"), 16, parse_ip("10.88.0.1"), "podman0",
                         internal=False)
    ]  # fmt: skip


def test_listed_json() -> None:
    """A line of `docker network ls --format json` is a network."""
    document = {"Driver": "host", "ID": "f2304ed0f2dd", "Internal": "false", "Name": "host", "Scope": "local"}
    assert json_rows(READER, document) == [ContainerNetwork("f2304ed0f2dd", "host", "host", "local", internal=False)]


def test_damage() -> None:
    """A subnet that is none is a complaint."""
    damaged = {**BRIDGE, "IPAM": {"Config": [{"Subnet": "172.17.0.0/160"}]}}
    assert getattr(json_rows(READER, [damaged])[0], "reason", "").endswith("no prefix length between 0 and 32")


def test_coverage() -> None:
    """The table shows all networks, inspecting shows those named."""
    assert READER.accepts(["docker", "network", "ls"]) == (covers(ContainerNetwork),)
    assert READER.accepts(["docker", "network", "ls", "-f", "x=y"]) == (covers(ContainerNetwork, complete=Complete.NO),)
    assert READER.accepts(["docker", "network", "inspect", "mynet"]) == (
        covers(ContainerNetwork, part="mynet"), covers(ContainerAddress, part="mynet"),
    )  # fmt: skip
    assert READER.accepts(["docker", "network", "rm", "mynet"]) is None


def test_a_network_on_a_device_of_the_host() -> None:
    """Macvlan and ipvlan have no bridge but a parent; docker and podman write it in different places."""
    docker = {"Name": "m", "Id": "67634612bfbb", "Driver": "macvlan", "IPAM": {}, "Options": {"parent": "eth0"}}
    podman = {"name": "m", "id": "67634612bfbb", "driver": "macvlan", "network_interface": "eth0", "subnets": []}
    for document in (docker, podman):
        row = json_rows(READER, [document])[0]
        assert isinstance(row, ContainerNetwork)
        assert (row.bridge, row.parent) == (None, "eth0")


NERDCTL = """\
NETWORK ID      NAME              FILE
17f29b073143    bridge            /etc/cni/net.d/nerdctl-bridge.conflist
                host
                none
"""


def test_nerdctl_lists_files_and_not_drivers() -> None:
    """Its networks host and none have no identifier."""
    assert rows(READER, "nerdctl network ls", NERDCTL) == [ContainerNetwork("17f29b073143", "bridge")]
