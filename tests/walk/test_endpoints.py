"""Whom a person means."""

import pytest

from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from tests.walk.pasted import node, world

INSIDE = """
# ip netns exec {} ip address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:0a:01 brd ff:ff:ff:ff:ff:ff
    inet 10.42.0.{}/24 scope global eth0
"""


@pytest.fixture(scope="module")
def shown() -> Cluster:
    """Return two nodes, of which each has a namespace called web."""
    return world({"n1": node(1, INSIDE.format("web", 5)), "n2": node(2, INSIDE.format("web", 6), INSIDE.format("db", 7))})


@pytest.mark.parametrize(
    ("word", "node_name", "label"),
    [
        ("n1", "n1", ""),
        ("node:n2", "n2", ""),
        ("netns:db", "n2", "netns:db"),
        ("n1/web", "n1", "netns:web"),
        ("192.168.0.2", "n2", ""),
        ("10.42.0.6", "n2", "netns:web"),
    ],
)
def test_a_name_or_an_address_means_one_namespace(shown: Cluster, word: str, node_name: str, label: str) -> None:
    """By the name, with or without its kind, by node, by address."""
    found = endpoint(shown, word)
    assert found.ns is not None
    space = shown.netns(found.ns)
    assert (space.node, space.label) == (node_name, label)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("web", "matches 2 namespaces: netns web on n1, netns web on n2"),
        ("dv", "did you mean db"),
        ("255.255.255.255", "broadcast"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("127.0.0.1", "name the namespace"),
        ("::", "unspecified"),
    ],
)
def test_what_means_nothing_or_too_much_is_told(shown: Cluster, word: str, said: str) -> None:
    """With the candidates."""
    with pytest.raises(EndpointError, match=said):
        endpoint(shown, word)


def test_a_node_that_is_called_by_an_address_is_found_by_it() -> None:
    """Although none of its outputs shows that address."""
    shown = world({"10.1.2.3": node(1)})
    assert endpoint(shown, "10.1.2.3").ns is not None


@pytest.mark.parametrize("word", ["worker-3", "node:worker-3"])
def test_a_node_is_found_by_the_name_in_its_prompts(word: str) -> None:
    """The file that its outputs are in may have another name."""
    shown = world({"n1": "root@worker-3:~# ip route\ndefault via 192.0.2.1 dev eth0\n", "n2": node(2)})
    found = endpoint(shown, word).ns
    assert found is not None
    assert shown.netns(found).node == "n1"


def test_an_address_outside_is_nobodys_namespace(shown: Cluster) -> None:
    """The trace ends where the captured world does."""
    assert endpoint(shown, "8.8.8.8").ns is None


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("outside:192.168.0.2", "it is an address of .* Name it without outside:"),
        ("outside:127.0.0.1", "nothing from outside has the source"),
        ("outside:224.0.0.1", "broadcast, multicast or unspecified"),
    ],
)
def test_a_sender_outside_is_one_that_was_not_captured(shown: Cluster, word: str, why: str) -> None:
    """Else its own state is there, and the trace should begin with it."""
    assert endpoint(shown, "outside:192.0.2.200").ns is None
    with pytest.raises(EndpointError, match=why):
        endpoint(shown, word)


@pytest.mark.parametrize("word", ["127.0.0.1", "127.8.8.8", "::1"])
def test_a_loopback_address_is_the_senders_own(shown: Cluster, word: str) -> None:
    """`curl localhost` in a container asks the container."""
    web = endpoint(shown, "n1/web")
    assert endpoint(shown, word, web.ns).ns == web.ns


CONTAINERS = """
# docker inspect a1 s1 db
[{"Id":"2d7cdb23","Name":"/a1","State":{"Running":true,"Pid":4711},"HostConfig":{"NetworkMode":"bridge"}},
 {"Id":"9e5dece2","Name":"/s1","State":{"Running":true,"Pid":4712},"HostConfig":{"NetworkMode":"container:2d7cdb23"}},
 {"Id":"77aaee01","Name":"/db","State":{"Running":true,"Pid":4713},"HostConfig":{"NetworkMode":"host"}}]
# docker exec a1 ip address show
2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:0a:01 brd ff:ff:ff:ff:ff:ff
    inet 172.17.0.2/16 scope global eth0
"""


@pytest.mark.parametrize(
    ("word", "label"), [("a1", "container:a1"), ("s1", "container:a1"), ("db", ""), ("9e5d", "container:a1")]
)
def test_a_container_without_a_network_of_its_own_means_the_namespace_it_shares(word: str, label: str) -> None:
    """Whatever the length of its name; of its identifier the beginning will do."""
    cluster = world({"n1": node(1, CONTAINERS)})
    found = endpoint(cluster, word)
    assert found.ns is not None
    assert cluster.netns(found.ns).label == label


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("10.9.9.9:80", (80, "tcp")), ("10.9.9.9:53/udp", (53, "udp")), ("[fd00::9]:443", (443, "tcp")),
        ("10.9.9.9", (None, None)),
        ("fd00::9", (None, None)), ("fd00::80", (None, None)),
    ],
)  # fmt: skip
def test_a_port_may_stand_behind_a_name(word: str, expected: tuple[int | None, str | None]) -> None:
    """An address of IPv6 needs brackets for it."""
    with Store() as store:
        found = endpoint(Cluster(store), word)
    assert (found.port, found.proto) == expected


@pytest.mark.parametrize("word", ["10.9.9.9:0", "10.9.9.9:65536", "10.9.9.9:http", "nobody:80"])
def test_what_is_no_port_is_no_name_either(word: str) -> None:
    """The message is about the whole word, or about the name before the port."""
    with Store() as store, pytest.raises(EndpointError):
        endpoint(Cluster(store), word)


def test_localhost_is_the_sender_itself_and_of_senders_the_only_host(shown: Cluster) -> None:
    """By its loopback address of either family; which of two hosts is meant must be said."""
    found = endpoint(shown, "localhost:80", endpoint(shown, "db").ns)
    assert (found.ns, found.address, found.second, found.port) == (
        endpoint(shown, "db").ns,
        parse_ip("127.0.0.1"),
        parse_ip("::1"),
        80,
    )
    assert endpoint(world({"n1": node(1)}), "localhost").ns is not None
    with pytest.raises(EndpointError, match="node n1, node n2"):
        endpoint(shown, "localhost")


def test_an_address_that_only_a_process_knows_is_not_meant() -> None:
    """Pasta gives a container the address of its host (pasta(1)); others reach the host by it."""
    inside = """
# ip netns exec web ip -d address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 65520 qdisc fq_codel state UNKNOWN group default
    link/ether 02:00:00:00:0a:01 brd ff:ff:ff:ff:ff:ff
    tun type tap pi off vnet_hdr off persist off
    inet 192.168.0.1/24 scope global eth0
"""
    shown = world({"n1": node(1, inside)})
    found = endpoint(shown, "192.168.0.1")
    assert found.ns is not None
    assert (shown.netns(found.ns).node, shown.netns(found.ns).label) == ("n1", "")
