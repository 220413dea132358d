"""What an engine calls its networks and ports stands beside what the kernel calls them."""

import json

from podpath.checks.engine.run import run_checks
from podpath.picture.graph import map_of
from podpath.report.veth import as_text
from podpath.snapshot.store import Store
from podpath.state.finding import BridgeNetwork
from podpath.state.runtime import PublishedPort
from podpath.wiring.attachments import attachments
from podpath.wiring.engine_networks import among, bridge_networks, published_ports
from tests.walk.pasted import node, trace, world

BRIDGE = "br-0123456789ab"
LONG = "shop-" + "x" * 120
LINKS = f"""7: {BRIDGE}: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default
    link/ether 02:42:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500
    inet 172.18.0.1/16 brd 172.18.255.255 scope global {BRIDGE}
8: veth1234567@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master {BRIDGE} state UP group default
    link/ether 02:42:00:00:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth"""
NETWORK = {"Name": "shop", "Id": "0123456789abcdef", "Driver": "bridge", "IPAM": {"Config": [{"Subnet": "172.18.0.0/16"}]}}
INSIDE = f"""
# docker exec {LONG} ip -d address show
2: eth0@if8: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 172.18.0.2/16 brd 172.18.255.255 scope global eth0
# docker network inspect shop
{json.dumps([NETWORK])}
# docker port {LONG}
80/tcp -> 0.0.0.0:8080
80/tcp -> [::]:8080
443/tcp -> 127.0.0.1:8443
53/udp -> [fd00::1]:53
"""


def test_bridges_and_containers_have_the_engines_words() -> None:
    """Both families of one port are one; an address is said where there is one."""
    store = world({"n1": node(1, INSIDE, links=LINKS)}).store
    assert bridge_networks(store) == {"n1": {BRIDGE: "shop"}}
    assert published_ports(store) == {("n1", LONG): ("[fd00::1]:53->53/udp", "8080->80/tcp", "127.0.0.1:8443->443/tcp")}


def test_the_table_of_containers_says_both() -> None:
    """Beside the bridge, and behind the state; a name of any length leaves room for them."""
    rows = [row for row in attachments(world({"n1": node(1, INSIDE, links=LINKS.replace("MULTICAST> ", "MULTICAST,UP> "))}).store)
            if row.container == LONG]  # fmt: skip
    assert [(row.network, row.published[1]) for row in rows] == [("shop", "8080->80/tcp")]
    (line,) = as_text(rows, 120).splitlines()[1:]
    assert f"shop ({BRIDGE})" in line
    assert "8080->80/tcp" in line
    assert LONG[:8] in line


def test_findings_and_traces_say_the_networks_name() -> None:
    """Behind the first sentence, and not within what a program printed."""
    shown = world({"n1": node(1, INSIDE, links=LINKS)})
    found = next(each for each in run_checks(shown.store).findings if each.check == "device-down")
    assert f"{BRIDGE} is down" in found.headline
    assert found.headline.endswith(f" ({BRIDGE}: network shop)")
    up = LINKS.replace("MULTICAST> ", "MULTICAST,UP,LOWER_UP> ")
    to = f"172.18.0.0/16 dev {BRIDGE} proto kernel scope link src 172.18.0.1"
    told = trace(world({"n1": node(1, INSIDE, links=up, routes=to)}), "n1", "172.18.0.2")
    assert told.remarks.count(f"{BRIDGE} on n1 is the network shop") == 1
    told = trace(shown, "n1", "172.18.0.2")
    assert told.cause is not None
    assert told.cause.headline.endswith(f" ({BRIDGE}: network shop)")


def test_the_map_has_both() -> None:
    """At the bridge, and at the container's interface."""
    (drawn,) = map_of(world({"n1": node(1, INSIDE, links=LINKS)}).store).nodes
    details = {each.name: each.details for space in drawn.spaces for each in space.interfaces}
    assert "network shop" in details[BRIDGE]
    assert "8080->80/tcp" in details["eth0"] or any("8080->80/tcp" in words for words in details.values())


def test_rules_and_commands_keep_the_kernels_name() -> None:
    """The name is a fact of the finding, and stands once, behind the rule that the finding quotes."""
    up = LINKS.replace("MULTICAST> ", "MULTICAST,UP,LOWER_UP> ")
    to = f"172.18.0.0/16 dev {BRIDGE} proto kernel scope link src 172.18.0.1"
    chains = "".join(f":{name} ACCEPT [0:0]\n" for name in ("INPUT", "FORWARD", "OUTPUT"))
    rules = f"# iptables-save\n*filter\n{chains}-A OUTPUT -o {BRIDGE} -j DROP\nCOMMIT\n"
    told = trace(world({"n1": node(1, INSIDE + rules, links=up, routes=to)}), "n1", "172.18.0.2")
    assert told.cause is not None
    assert told.cause.networks == (BridgeNetwork(BRIDGE, "shop"),)
    assert f"-A OUTPUT -o {BRIDGE} -j DROP" in told.cause.summary
    assert told.cause.headline == f"{told.cause.summary} ({BRIDGE}: network shop)"
    assert not any("shop" in f"{row.line}{row.command}" for row in told.cause.evidence)
    assert not any("shop" in line for line in told.cause.fix_lines)


def test_a_device_is_named_by_its_whole_name() -> None:
    """Values that only hold the name of a bridge are none, and each bridge is named once."""
    assert among({"br-1": "a"}, ("br-12", "br-1.5", 7, None, "br-1", "-i br-1", "br-1")) == (BridgeNetwork("br-1", "a"),)


def test_a_port_without_an_address_is_published_on_all() -> None:
    """Podman leaves the address out."""
    with Store() as store:
        ns = store.netns(store.node("h"), "host", "")
        store.add(ns, 0, [(0, PublishedPort("web", "tcp", 80, None, 8080))])
        store.flush()
        assert published_ports(store) == {("h", "web"): ("8080->80/tcp",)}
