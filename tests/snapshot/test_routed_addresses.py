"""Addresses that only routes show."""

import pytest

from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store

CONNECTED = "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10"


def addresses(*lines: str) -> list[tuple[str, str, int]]:
    """Return the addresses of one node that shows these lines: device, address, prefix length."""
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, list(lines))
        store.flush()
        merge(store)
        return [
            (str(dev), str(ip), int(length))
            for dev, ip, length in store.query('SELECT dev, "address", length FROM "address"').rows
        ]


@pytest.mark.parametrize("line", [CONNECTED, "192.0.2.0/24 dev eth0 scope link  src 192.0.2.10"])
def test_the_route_of_a_connected_network_shows_its_address(line: str) -> None:
    """As iproute2 prints it, and as busybox does."""
    assert addresses("[root@n1 ~]# ip route", line) == [("eth0", "192.0.2.10", 24)]


@pytest.mark.parametrize(
    "line",
    [
        "default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.10",
        "10.9.0.0/16 dev eth0 proto static scope link src 192.0.2.10",
        "192.0.2.1 dev eth0 proto kernel scope link src 192.0.2.10",
        "192.0.2.0/24 dev eth0 proto static scope link src 192.0.2.10",
        "192.0.2.0/24 dev eth0 proto kernel scope link",
    ],
)
def test_other_routes_show_none(line: str) -> None:
    """Somebody wrote them: their source may be another device's."""
    assert addresses("[root@n1 ~]# ip route", line) == []


def test_the_list_of_addresses_is_believed() -> None:
    """Where it is whole, what it lacks is not there: the routes are older, or another machine's."""
    listed = ["[root@n1 ~]# ip address", "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536", "    inet 127.0.0.1/8 scope host lo",
              "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500", "    inet 192.0.2.11/24 scope global eth0"]  # fmt: skip
    found = addresses(*listed, "[root@n1 ~]# ip route", CONNECTED)
    assert ("eth0", "192.0.2.10", 24) not in found
    assert ("eth0", "192.0.2.11", 24) in found


def test_what_is_listed_already_is_not_added() -> None:
    """By a list of one device, for instance."""
    listed = ["[root@n1 ~]# ip address show eth0", "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500",
              "    inet 192.0.2.10/24 scope global eth0"]  # fmt: skip
    assert addresses(*listed, "[root@n1 ~]# ip route", CONNECTED) == [("eth0", "192.0.2.10", 24)]
