"""Programs that take a connection and ask on: named with what is behind them. tests/kernel/test_docker_host.py has a real one."""

# ruff: noqa: S104 - addresses as ss prints them

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

LISTENS = (
    "# ss -tlnp\nState Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* {}\n"
)
GOES_ON = "accepts the connection, and opens another one from n1 to"
PUBLISHED = (
    "# docker inspect web\n"
    '[{"Id": "d0c3e7a1b2f4", "Name": "/web", "State": {"Status": "running", "Pid": 7}, "HostConfig": {"NetworkMode": "bridge"},'
    ' "Config": {}, "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}, "Networks": {}}}]\n'
)


@pytest.mark.parametrize(
    ("process", "published", "remarks"),
    [
        (
            'users:(("docker-proxy",pid=7,fd=4))',
            PUBLISHED,
            (f"docker-proxy {GOES_ON} web: podpath trace n1 web --proto tcp --port 80",),
        ),
        (
            "",
            PUBLISHED,
            (f"the engine's proxy {GOES_ON} web: podpath trace n1 web --proto tcp --port 80",),
        ),
        ('users:(("rootlessport",pid=7,fd=4))', "", (f"rootlessport {GOES_ON} a container",)),
        ('users:(("nginx",pid=7,fd=4))', PUBLISHED, ()),
        ("", "", ()),
    ],
)
def test_a_program_that_asks_on_is_named(process: str, published: str, remarks: tuple[str, ...]) -> None:
    """By its own name, or by the port that an engine publishes; any other listener is the end."""
    shown = world({"n1": node(1, LISTENS.format(process), published), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.remarks == remarks


@pytest.mark.parametrize(
    ("process", "published", "verdict"),
    [
        ("dockerd", PUBLISHED, Verdict.DROPPED),
        ("conmon", PUBLISHED, Verdict.DROPPED),
        ("dockerd", "", Verdict.DELIVERED),
        ("nginx", PUBLISHED, Verdict.DELIVERED),
    ],
)
def test_what_an_engine_only_holds_is_answered_by_nobody(process: str, published: str, verdict: Verdict) -> None:
    """Engines hold a published port so that nobody else takes it; a port that is not published is dockerd's own API."""
    held = f'users:(("{process}",pid=7,fd=4))'
    shown = world({"n1": node(1, LISTENS.format(held), published), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.verdict is verdict
    if verdict is Verdict.DROPPED:
        assert told.cause is not None
        assert told.cause.check == "target-not-listening"
        assert f"{process} holds tcp port 8080 of n1 for web" in told.cause.summary


CONTAINER = """# docker exec web ip -d address
5: eth0@if6: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0
       valid_lft forever preferred_lft forever
# docker exec web ip route show table all
default via 172.17.0.1 dev eth0
172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2
local 172.17.0.2 dev eth0 table local proto kernel scope host src 172.17.0.2
# docker exec web ip rule show
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
# docker exec web ip neigh show
# docker exec web ss -lntup
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp   LISTEN 0      511    {bound}:80 0.0.0.0:* users:(("nginx",pid=1,fd=6))
# docker exec web sysctl net.ipv4.conf
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.all.arp_ignore = 0
net.ipv4.conf.eth0.arp_ignore = 0
# docker exec web iptables-save -c
# docker exec web nft list ruleset
"""
BRIDGE = """3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500 stp_state 0 vlan_filtering 0
    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
       valid_lft forever preferred_lft forever
6: veth1@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default
    link/ether 02:42:00:00:00:06 brd ff:ff:ff:ff:ff:ff link-netnsid 1
    veth
    bridge_slave state forwarding priority 32 cost 2 hairpin off learning on flood on isolated off"""
MORE = """# sysctl net
net.ipv4.conf.docker0.rp_filter = 0
net.ipv4.conf.docker0.arp_ignore = 0
net.ipv4.conf.docker0.accept_local = 0
net.bridge.bridge-nf-call-iptables = 0
net.bridge.bridge-nf-call-arptables = 0
# iptables-save -c
*filter
:INPUT ACCEPT [0:0]
{}COMMIT
"""


@pytest.mark.parametrize(
    ("bound", "rule", "verdict", "error", "cause"),
    [
        ("0.0.0.0", "", Verdict.DELIVERED, "", None),
        ("0.0.0.0", "[0:0] -A INPUT -i docker0 -j DROP\n", Verdict.DROPPED, "", "netfilter-drop"),
        ("127.0.0.1", "", Verdict.REFUSED, "ECONNRESET", "target-not-listening"),
    ],
)
def test_what_the_proxy_asks_in_its_turn_decides(bound: str, rule: str, verdict: Verdict, error: str, cause: str | None) -> None:
    """The client of a proxy that does not reach its container hears nothing, or is reset."""
    host = node(
        1,
        LISTENS.format('users:(("docker-proxy",pid=7,fd=4))'),
        PUBLISHED,
        MORE.format(rule),
        CONTAINER.format(bound=bound),
        links=BRIDGE,
        routes="172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1",
        local="local 172.17.0.1 dev docker0 table local proto kernel scope host src 172.17.0.1",
    )
    told = trace(world({"n1": host, "n2": node(2)}), "n2", "192.168.0.1", proto="tcp", port=8080)
    assert (told.verdict, told.error) == (verdict, error), told
    assert (told.cause.check if told.cause is not None else None) == cause


def test_a_client_that_hears_no_answer_is_not_reset() -> None:
    """A proxy accepts after the handshake; where the SYN-ACK is lost it asks nobody, and has nothing to reset."""
    gone = "blackhole 172.17.0.2"
    host = node(
        1,
        LISTENS.format('users:(("docker-proxy",pid=7,fd=4))'),
        PUBLISHED,
        MORE.format(""),
        CONTAINER.format(bound="0.0.0.0"),
        links=BRIDGE,
        routes=f"172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1\n{gone}",
        local="local 172.17.0.1 dev docker0 table local proto kernel scope host src 172.17.0.1",
    )
    shown = world({"n1": host, "n2": node(2)})
    near, far = (trace(shown, source, "192.168.0.1", proto="tcp", port=8080) for source in ("web", "n2"))
    assert (near.verdict, near.error, far.error) == (Verdict.DROPPED, "", "ECONNRESET"), near
    assert near.cause is not None
    assert near.cause.check == "route-refuses"


def test_a_container_that_was_not_captured_leaves_it_open() -> None:
    """The proxy takes the connection in any case."""
    shown = world({"n1": node(1, LISTENS.format(""), PUBLISHED), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.verdict is Verdict.UNKNOWN
    assert "whether the engine's proxy reaches web" in told.unknowns[0].missing
