"""Whose an output is, where only the tables tell."""

import pytest

from podpath.checks.engine.run import run_checks
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.evidence import Degree
from podpath.state.finding import Confidence, Evidence, Finding, Report, Severity, weigh

DEVICE = """\
4: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default
    link/ether 02:00:5e:00:53:0{n} brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 192.0.2.{n} dev eth0 srcport 0 0 dstport 8472 nolearning
    inet 10.244.{n}.0/32 scope global flannel.1"""
NODE = "Node {n}:\n$ ip -d addr show flannel.1\n" + DEVICE + "\n"


def loaded(*texts: str) -> Store:
    """Return the merged store of some texts, each a file of its own."""
    store = Store()
    for number, text in enumerate(texts, 1):
        load_text(store, f"t{number}.txt", f"t{number}", None, text.splitlines())
    merge(store)
    return store


def places(store: Store, table: str) -> list[tuple[str, str]]:
    """Return the node and the degree of a table's rows."""
    return store.raw(
        f'SELECT DISTINCT d.name, s.place FROM "{table}" t JOIN source s USING (source) JOIN netns n ON n.ns = t.ns'
        " JOIN node d USING (node) ORDER BY ALL"
    )


def neighbours(*numbers: int) -> str:
    """Return a neighbour table with the endpoints of some nodes."""
    return "$ ip neigh show dev flannel.1\n" + "".join(f"10.244.{n}.0 lladdr 02:00:5e:00:53:0{n} PERMANENT\n" for n in numbers)


def test_a_table_that_holds_its_nodes_own_address_moves_to_the_one_it_fits() -> None:
    """It stands under node 3, whose address and MAC it holds; only node 1 is not in it. That is believed, not proven."""
    text = "\n".join(NODE.format(n=n) for n in (1, 2, 3)) + neighbours(2, 3)
    with loaded(text) as store:
        assert places(store, "neighbour") == [("Node 1", "assumed")]


def test_a_table_that_fits_several_nodes_is_set_aside_and_asked_about() -> None:
    """Two nodes could have it."""
    text = "\n".join(NODE.format(n=n) for n in (1, 2, 3)) + neighbours(3)
    with loaded(text) as store:
        assert store.raw("SELECT count(*) FROM neighbour") == [(0,)]
        report = run_checks(store)
    assert any("t1.txt:22" in item.missing and "put a heading before it" in item.missing for item in report.unknowns)
    assert proven(report) == set()


def test_an_output_whose_place_is_assumed_shows_nobody_elses() -> None:
    """The line that entered the container was lost: its addresses may be the host's, and so its routes are not moved there."""
    text = """### n1
$ ip rule
0: from all lookup local
2: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0
/ # ip route
default via 172.17.0.1 dev eth0
172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2
/ # exit
$ ip neigh
"""
    with loaded(text) as store:
        assert places(store, "address") == [("n1", "assumed")]
        assert places(store, "route") == [("n1", "assumed")]
        assert store.raw("SELECT DISTINCT n.kind FROM route JOIN netns n USING (ns)") == [("container",)]


def proven(report: Report) -> set[tuple[str, str]]:
    """Return what is proven: pairs and findings alike."""
    found = {(p.source, p.target) for o in report.overlays for p in o.pairs if str(p.status) == "proven"}
    return found | {(f.check, f.node) for f in report.findings if f.confidence is Confidence.PROVEN}


def test_a_prompt_with_a_host_name_is_surer_than_the_tables() -> None:
    """What a host shows of itself stays there, however odd."""
    text = NODE.format(n=1) + "root@n1:~# " + neighbours(1)[2:]
    with loaded(text, NODE.format(n=2)) as store:
        assert places(store, "neighbour") == [("Node 1", "sure")]


def test_a_route_with_the_address_of_another_node_is_that_nodes() -> None:
    """The kernel writes routes of its own only with addresses that it has."""
    link = "    link/ether 02:00:5e:00:53:1{n} brd ff:ff:ff:ff:ff:ff\n"
    own = "2: eth0: <UP> mtu 1500\n" + link + "    inet 192.0.2.{n}/24 scope global eth0"
    text = "".join(f"Node {n}:\n$ ip addr show eth0\n{own.format(n=n)}\n\n" for n in (1, 2))
    text += "$ ip route\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1\n"
    with loaded(text) as store:
        assert places(store, "route") == [("Node 1", "stated")]


def test_the_other_end_of_a_cable_is_a_containers() -> None:
    """By its index and its peer's, though no heading says so."""
    text = """\
$ ip link
7: vetha1b2c3d@if6: <UP> mtu 1500 master docker0
    link/ether 02:42:00:00:53:07 brd ff:ff:ff:ff:ff:ff link-netnsid 0

and there:

$ ip addr
6: eth0@if7: <UP> mtu 1500
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.17.0.2/16 scope global eth0
"""
    with loaded(text) as store:
        assert store.raw("SELECT n.kind, n.name FROM link l JOIN netns n USING (ns) WHERE l.name = 'eth0'") == [
            ("container", "behind vetha1b2c3d"),
        ]  # fmt: skip


def test_what_people_cut_differently_is_no_later_state() -> None:
    """One device here, another one there: both stay."""
    here = "$ ip addr\n2: eth0: <UP> mtu 1500\n    inet 192.0.2.1/24 scope global eth0\n"
    there = "$ ip addr\n3: cni0: <UP> mtu 1450\n    inet 10.0.0.1/24 scope global cni0\n"
    text = here + there
    with loaded(text) as store:
        assert store.raw("SELECT name FROM link ORDER BY name") == [("cni0",), ("eth0",)]
        assert store.raw("SELECT count(*) FROM set_aside") == [(0,)]


def test_an_error_on_an_assumed_place_needs_two_lines() -> None:
    """One is a warning, and neither is proven."""
    one = Evidence("n1", "", "ip route", "default via 10.0.0.1", "f", 1, Degree.ASSUMED)
    two = one._replace(line="10.0.0.0/8 via 10.0.0.2", file_line=2)
    found = Finding("x", Severity.ERROR, Confidence.PROVEN, "n1", "", "s", "w", (one,), ())
    assert weigh(found)[1:3] == (Severity.WARNING, Confidence.LIKELY)
    assert weigh(found._replace(evidence=(one, two)))[1:3] == (Severity.ERROR, Confidence.LIKELY)
    sure = found._replace(evidence=(one._replace(place=Degree.SURE),))
    assert weigh(sure) is sure


def test_a_node_that_is_a_container_is_not_behind_its_own_container() -> None:
    """Its eth0 and a container's cable name each other's index by chance; both stand in one list of devices."""
    devices = """\
2: eth0@if3: <UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
3: vetha1b2c3d@if2: <UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:12:00:03 brd ff:ff:ff:ff:ff:ff link-netnsid 1
"""
    with loaded(f"On kind-worker:\n\n$ ip link\n{devices}\n$ ip addr\n{devices}") as store:
        assert store.raw("SELECT DISTINCT kind FROM netns") == [("host",)]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0", "$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 1",
         "SELECT value FROM sysctl"),
        ("$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0",
         "$ sudo sysctl -w net.ipv4.ip_forward=1\nnet.ipv4.ip_forward = 1",
         "SELECT value FROM sysctl"),
        ("$ ip neigh show dev flannel.1\n10.244.2.0 lladdr 02:00:5e:00:53:09 PERMANENT",
         "$ ip neigh show dev flannel.1\n10.244.2.0 lladdr 02:00:5e:00:53:02 PERMANENT",
         "SELECT (mac & 15)::VARCHAR FROM neighbour"),
    ],
)  # fmt: skip
def test_a_later_look_at_the_same_object_replaces_the_earlier(before: str, after: str, kept: str) -> None:
    """It was mended in between: however short the output, it is of the same thing."""
    with loaded(f"{before}\n{after}\n") as store:
        assert len(store.raw(kept)) == 1
        assert store.raw(kept)[0][0] in ("1", "2")
        assert store.raw("SELECT reason FROM set_aside") == [("replaced",)]


INNER = "2: eth0@if5: <BROADCAST,UP,LOWER_UP> mtu 1450\n    link/ether 02:00:5e:00:53:aa brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
OUTER = "2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500\n    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff\n"
RULE_OUT = "0:\tfrom all lookup local\n"


def test_another_card_shows_that_a_shell_had_ended() -> None:
    """Nobody pasted its exit, and both prompts are alike: what follows is the host's, and proves nothing."""
    prompt = "root@n1:~# "
    text = f"{prompt}nsenter -t 4242 -n bash\n{prompt}ip a\n{INNER}{prompt}ip a\n{OUTER}{prompt}ip rule\n{RULE_OUT}"
    with loaded(text) as store:
        shown = store.raw("SELECT place(ns), place FROM source ORDER BY first")
    assert shown == [("t1 pid 4242", "assumed"), ("t1", "assumed"), ("t1", "assumed")]


def test_two_containers_below_one_heading_are_parted() -> None:
    """Their cards have two MACs and two other ends; the line between them is the second one's heading."""
    other = INNER.replace("if5", "if9").replace(":aa", ":bb")
    with loaded(f"Container web:\n$ ip a\n{INNER}\nand what the second of them prints\n$ ip a\n{other}") as store:
        assert len({place for (place,) in store.raw("SELECT place(ns) FROM link")}) == 2


@pytest.mark.parametrize("output", ["default via 192.0.2.254 dev eth0\n" * 2, OUTER * 2])
def test_an_output_that_shows_one_thing_twice_proves_nothing(output: str) -> None:
    """No kernel prints a route or a device twice: it is of two machines."""
    with loaded(f"$ ip {'a' if 'link' in output else 'r'}\n{output}") as store:
        assert store.raw("SELECT place FROM source") == [("assumed",)]
        assert store.raw("SELECT reason FROM set_aside") == [("mixed",)]


HOST = """\
root@h1:~# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
"""


def test_a_container_that_nobody_entered_is_not_the_host() -> None:
    """Its prompt shows it; what that prompt shows is no host's."""
    inner = "/ # ip route\ndefault via 172.17.0.1 dev eth0\n172.17.0.0/16 dev eth0 scope link  src 172.17.0.2\n"
    with loaded(f"{HOST}{inner}root@h1:~# ip route\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1\n") as store:
        assert store.raw("SELECT DISTINCT place(r.ns), s.place FROM route r JOIN source s USING (source) ORDER BY ALL") == [
            ("t1", "sure"), ("t1 container a container", "assumed"),
        ]  # fmt: skip


def test_routes_by_a_device_that_the_list_of_devices_lacks_prove_nothing() -> None:
    """The kernel deletes them with the device: lines of the list are missing, or one of the two is of another machine."""
    routes = "root@h1:~# ip route\n10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink\n"
    with loaded(HOST + routes) as store:
        assert places(store, "route") == [("t1", "assumed")]
        assert store.raw("SELECT complete FROM coverage WHERE \"table\" = 'link'") == [("no",)]


def test_a_table_without_a_prompt_is_not_of_a_container_that_lacks_its_devices() -> None:
    """The host's prompt was not pasted; the container's list of devices stays whole."""
    inner = HOST.replace("root@h1:~#", "/ #").replace("2: eth0:", "2: eth0@if7:")
    routes = "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink\n"
    with loaded(f"root@h1:~# docker exec -it web sh\n{inner}{routes}/ # exit\nroot@h1:~# ip neigh\n") as store:
        assert store.raw("SELECT count(*) FROM route") == [(0,)]
        assert store.raw("SELECT reason FROM set_aside") == [("whose",)]
        assert store.raw("SELECT DISTINCT complete FROM coverage WHERE \"table\" = 'link'") == [("yes",)]


def test_two_machines_with_one_host_name_prove_nothing() -> None:
    """Their prompts are alike; one network card does not have two MACs."""
    with loaded(HOST + HOST.replace("53:01", "53:02").replace("192.0.2.1/", "192.0.2.2/")) as store:
        assert places(store, "address") == [("t1", "assumed")]
        assert {found.check for found in run_checks(store).findings} == {"two-machines-under-one-name"}


def test_an_output_that_holds_those_of_two_machines_is_set_aside() -> None:
    """Below a prompt with a host name the other outputs count."""
    route = "192.0.2.0/24 dev eth0 proto kernel scope link\n"
    with loaded(f"{HOST}root@h1:~# ip route\n{route}{route}") as store:
        assert store.raw("SELECT reason FROM set_aside") == [("joined",)]
        assert places(store, "address") == [("t1", "sure")]
        assert any("one entry twice" in item.missing for item in run_checks(store).unknowns)
