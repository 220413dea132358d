"""One object, one row."""

from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.runtime import Container

IFCONFIG = """\
$ ifconfig flannel.1
flannel.1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1450
        ether ee:2c:05:d1:29:00  txqueuelen 0  (Ethernet)
        RX packets 8019  bytes 1873186 (1.7 MiB)
"""
IP = """\
$ ip -d link show flannel.1
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether ee:2c:05:d1:29:00 brd ff:ff:ff:ff:ff:ff
    vxlan id 1 local 192.168.200.204 dev ens33 srcport 0 0 dstport 8472 nolearning
"""


def loaded(text: str) -> Store:
    """Return a store with the text of one node, merged."""
    store = Store()
    load_text(store, "n1.txt", "n1", None, text.splitlines())
    merge(store)
    return store


def test_two_commands_about_one_device_become_one_row() -> None:
    """It knows what either showed, and stands where iproute2 printed it."""
    with loaded(IFCONFIG + IP) as store:
        assert store.raw("SELECT name, kind, ifindex, line FROM link") == [("flannel.1", "vxlan", 5, 6)]
        assert store.raw("SELECT count(*) FROM conflict") == [(0,)]


def test_what_is_contradicted_is_kept_from_both() -> None:
    """Neither value is dropped in silence."""
    with loaded(IFCONFIG + IP.replace("ee:2c:05:d1:29:00", "ee:2c:05:d1:29:01")) as store:
        assert store.raw("SELECT tab, object, field, one_line, other_line FROM conflict") == [("link", "flannel.1", "mac", 2, 6)]


def test_a_table_that_contradicts_itself_is_told() -> None:
    """Two MACs for one address in one output cannot both be true."""
    text = "$ ip neigh\n10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 STALE\n10.0.0.1 dev eth0 lladdr 02:00:00:00:00:02 STALE\n"
    with loaded(text) as store:
        assert store.raw("SELECT tab, field, one_line, other_line FROM conflict") == [("neighbour", "mac", 2, 3)]


def test_the_same_route_of_two_tools_is_one_route() -> None:
    """`route -n` prints metric 0 where `ip route` prints none."""
    text = """\
$ route -n
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
10.42.1.0       10.42.1.0       255.255.255.0   UG    0      0        0 flannel.1
$ ip route
10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink
"""
    with loaded(text) as store:
        assert store.raw("SELECT flags, line FROM route") == [("onlink", 6)]
        assert store.raw("SELECT count(*) FROM conflict") == [(0,)]


FDB = "82:ce:7c:3e:91:36 dst 192.168.200.206 self permanent\n"


def test_an_entry_without_its_device_belongs_to_the_only_one_that_can_have_it() -> None:
    """As ssh loops and ansible print it: the command line is missing."""
    with loaded(IP + "\n" + FDB) as store:
        assert store.raw("SELECT dev, line FROM fdb") == [("flannel.1", 6)]


def test_an_entry_whose_device_cannot_be_known_is_unread() -> None:
    """It is told, with its line."""
    with loaded(FDB) as store:
        assert store.raw("SELECT count(*) FROM fdb") == [(0,)]
        assert store.raw("SELECT file, first FROM unread") == [("n1.txt", 1)]


def test_routes_that_disagree_are_a_contradiction() -> None:
    """The same prefix to different places in two outputs."""
    text = "$ ip route\n10.0.0.0/8 via 10.9.0.1 dev a\n$ ip route\n10.0.0.0/8 via 10.9.0.2 dev a\n"
    with loaded(text) as store:
        assert store.raw("SELECT tab, field, one_line, other_line FROM conflict") == [("route", "via", 2, 4)]


def test_a_gateway_without_a_name_is_better_than_a_named_one() -> None:
    """`route` without -n prints `gateway`; `ip route` has the address."""
    text = """\
$ route
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
default         gateway         0.0.0.0         UG    100    0        0 ens33
$ ip route
default via 10.0.0.1 dev ens33 proto static metric 100
"""
    with loaded(text) as store:
        assert store.query("SELECT via FROM route").rows == [("10.0.0.1",)]


DUAL = """\
$ docker inspect web
[{"Id": "%(id)s", "Name": "/web", "State": {"Status": "running", "Pid": %(pid)s}, "NetworkSettings": {"Networks": {"n": {
"IPAddress": "%(v4)s", "IPPrefixLen": 24, "GlobalIPv6Address": "fd00::2", "GlobalIPv6PrefixLen": 64}}}}]
$ docker network inspect n
[{"Name": "n", "Id": "%(net)s", "Driver": "bridge", "IPAM": {"Config": [{"Subnet": "%(subnet)s"}, {"Subnet": "fd00::/64"}]},
"Containers": {"%(id)s": {"Name": "web", "IPv4Address": "%(v4)s/24", "IPv6Address": "fd00::2/64"}}}]
"""
ONE = {"id": "13cc58ad2898a5c7", "net": "67634612bfbb0e3b", "v4": "10.1.0.2", "subnet": "10.1.0.0/24", "pid": 12}
OTHER = {"id": "9c6f80579bb8ab02", "net": "15dff74e5367a011", "v4": "10.2.0.2", "subnet": "10.2.0.0/24", "pid": 13}


def test_an_address_of_each_family_is_no_contradiction() -> None:
    """Nor are the networks and containers of two engines that bear the same names."""
    with loaded(DUAL % ONE + DUAL % OTHER) as store:
        assert store.raw("SELECT count(*) FROM conflict") == [(0,)]
        assert store.raw("SELECT count(*) FROM container_address") == [(4,)]
        assert store.raw("SELECT count(*) FROM container_network") == [(4,)]


def test_two_addresses_of_one_family_are_a_contradiction() -> None:
    """The container's own word against its network's."""
    text = (DUAL % ONE).replace("10.1.0.2/24", "10.1.0.3/24")
    with loaded(text) as store:
        assert store.raw("SELECT tab, field FROM conflict") == [("container_address", "address")]


def test_names_of_lxc_are_not_cut() -> None:
    """They stand for identifiers, and two may begin alike."""
    with Store() as store:
        netns = store.netns(store.node("n1"))
        for name in ("web-frontend-1", "web-frontend-2"):
            source = store.source(netns, "f", f"lxc-info -n {name}", typed=True, first=1, text=None)
            store.add(netns, source, [(0, Container(name, name))])
        merge(store)
        assert store.raw("SELECT count(*) FROM container") == [(2,)]


def test_rows_stay_in_the_order_in_which_they_were_printed() -> None:
    """Of a thousand devices that two commands show: the first one first, each time."""
    names = [f"veth{number * 7919 % 1000}" for number in range(1000)]
    text = ["$ ip link show", *(f"{at}: {name}: <BROADCAST,UP> mtu 1500" for at, name in enumerate(names, 2))]
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, text)
        load_text(store, "again.txt", "n1", None, text[:1] + text[:0:-1])
        merge(store)
        assert [name for (name,) in store.raw("SELECT name FROM link ORDER BY rowid")] == names


NMCLI = """\
$ nmcli device show eth0
GENERAL.DEVICE:                         eth0
IP4.ROUTE[1]:                           dst = 0.0.0.0/0, nh = 192.0.2.254, mt = 100
"""
ROUTES = """\
$ ip route
default via 192.0.2.1 dev eth0 proto static metric 100
"""


def test_network_manager_does_not_contradict_a_whole_kernel_table() -> None:
    """What it says may be older; alone it counts."""
    with loaded(NMCLI) as store:
        assert store.raw("SELECT count(*) FROM route") == [(1,)]
    with loaded(NMCLI + ROUTES) as store:
        assert store.raw("SELECT count(*), any_value(proto) FROM route") == [(1, "static")]
        assert store.raw("SELECT count(*) FROM conflict") == [(0,)]
