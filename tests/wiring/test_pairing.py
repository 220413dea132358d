"""Which host interface is a container's."""

from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Pairing, Status
from podpath.wiring.pairing import bridge_views, pairings
from podpath.wiring.wiring import Wiring

HOST = """\
$ ip -d link
2: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:42:29:90:97:0c brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500 stp_state 0
12: vethd030a3f@if11: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP
    link/ether 8e:6c:c9:fb:56:aa brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
"""
INSIDE = """\
$ docker exec {name} ip addr show eth0
11: eth0@if{peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0
"""


def paired(text: str) -> list[Pairing]:
    """Return the pairings of a host's text."""
    with Store() as store:
        load_text(store, "h.txt", "h", None, text.splitlines())
        merge(store)
        link_up(store)
        return pairings(store, Wiring(store))


def test_two_ends_that_name_each_other_are_a_pair() -> None:
    """With the bridge that the host's end is in."""
    (found,) = paired(HOST + INSIDE.format(name="web", peer=12))
    assert (found.container, found.inside, found.outside, found.attached) == ("web", "eth0", "vethd030a3f", "docker0")
    assert (found.addresses, found.status) == (("172.17.0.2/16",), Status.PROVEN)


def test_equal_indexes_in_two_containers_prove_nothing() -> None:
    """Indexes repeat in every namespace."""
    both = paired(HOST + INSIDE.format(name="web", peer=12) + INSIDE.format(name="db", peer=12))
    assert [found.status for found in both] == [Status.UNKNOWN, Status.UNKNOWN]


def test_an_end_that_names_another_is_no_pair() -> None:
    """The host's interface of that index has its peer elsewhere."""
    (found,) = paired(HOST.replace("@if11", "@if99") + INSIDE.format(name="web", peer=12))
    assert found.status is Status.UNKNOWN
    assert "its own peer is index 99" in found.reason


def test_what_dockerveth_prints_is_a_claim() -> None:
    """It goes by one index alone, and the command that would prove it is named."""
    (found,) = paired("$ dockerveth\nCONTAINER ID\tVETH\tNAMES\n2c54348455eb\tvethd030a3f\tweb\n")
    assert (found.outside, found.status) == ("vethd030a3f", Status.UNKNOWN)
    assert found.command == "docker exec web ip link show eth0; ip link show vethd030a3f"


def test_a_bridge_is_shown_with_its_ports() -> None:
    """For people to recognise their host by."""
    with Store() as store:
        load_text(store, "h.txt", "h", None, HOST.splitlines())
        merge(store)
        assert [(view.name, view.ports) for view in bridge_views(store)] == [("docker0", ("vethd030a3f",))]
