"""What a user-mode network stack does with a container's packets: slirp4netns itself, and real packets through it."""

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.host import Sysctl
from podpath.state.trace import Verdict
from podpath.state.tun import Tun
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.conftest import why_no_namespaces
from tests.netlink.space import Space

OPEN, CLOSED, DROPPED = 81, 82, 83
_PATIENCE = 0.8
_IP_RECVERR = 11
_ERRORS = {errno.ECONNREFUSED: "refused", errno.ENETUNREACH: "unreachable", errno.EHOSTUNREACH: "unreachable"}
PINGS = "net.ipv4.ping_group_range"


class Rootless(NamedTuple):
    """A host with an uplink, what is at its other end, and a namespace whose network slirp4netns is."""

    host: Space
    outside: Space
    inner: Space

    def asks(self, address: str, proto: str, port: int) -> str:
        """Return what a program in the container hears."""
        if proto == "icmp":
            words = ["ip", "netns", "exec", self.inner.name, "ping", "-c", "1", "-W", "1", address]
            done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10)
            return "delivered" if not done.returncode else "unreachable" if "errors" in done.stdout else "dropped"

        def ask() -> str:
            kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
            with socket.socket(socket.AF_INET, kind) as each:
                each.settimeout(_PATIENCE)
                each.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)  # else no datagram hears of a network that is unreachable
                try:
                    each.connect((address, port))
                    if proto == "udp":
                        each.send(b"?")
                        each.recv(1)
                except TimeoutError:
                    return "dropped"
                except OSError as error:
                    return _ERRORS[error.errno or 0]
                return "delivered"

        return self.inner.inside(ask)

    def walks(self, folder: Path, flows: list[tuple[str, str, int]]) -> list[str]:
        """Return what the walk says of flows, through one capture."""
        file = folder / f"{os.getpid()}.podpath"
        words = ["ip", "netns", "exec", self.host.name, sys.executable, "-m", "podpath", "collect", "-o", str(file)]
        subprocess.run(words, capture_output=True, check=True, timeout=60)
        with Store(file, read_only=True) as store:
            cluster = Cluster(store)
            source = endpoint(cluster, f"netns:{self.inner.name}")
            # Whichever namespaces of other tests have the address, too.
            asks = [Ask(source=source, destination=Endpoint(address, None, parse_ip(address)), proto=proto, port=port or None)
                    for address, proto, port in flows]  # fmt: skip
            found = [str(Tracer(cluster).trace(ask).verdict) for ask in asks]
        file.unlink()
        return found


@pytest.fixture(scope="module")
def rootless() -> Iterator[Rootless]:
    """slirp4netns, as podman starts it, in namespaces of the test."""
    if (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)
    if shutil.which("slirp4netns") is None:
        pytest.skip("needs slirp4netns")
    net = f"198.19.{os.getpid() % 250}"
    with Space() as host, Space() as outside, Space() as inner:
        host.do(f"ip link add eth0 type veth peer name eth0 netns {outside.name}", "ip link set eth0 up")
        host.do(f"ip address add {net}.10/24 dev eth0", f"sysctl -qw {PINGS}='0 2147483647'")
        outside.do(f"ip address add {net}.20/24 dev eth0", "ip link set eth0 up")
        with _slirp4netns(host, inner, "--disable-host-loopback"), outside.inside(lambda: _server(net)) as tcp:
            tcp.listen()
            yield Rootless(host, outside, inner)


def _server(net: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind((f"{net}.20", OPEN))
    return made


class _slirp4netns:  # noqa: N801 - the program's name
    """The program, running until the block ends; its device is ready."""

    def __init__(self, host: Space, inner: Space, *options: str) -> None:
        ready, said = os.pipe()
        words = ["ip", "netns", "exec", host.name, "slirp4netns", "--configure", f"--ready-fd={said}", *options]
        words += ["--netns-type=path", f"/run/netns/{inner.name}", "tap0"]
        self._process = subprocess.Popen(words, pass_fds=[said], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(said)
        told = os.read(ready, 1)
        os.close(ready)
        if not told:
            _, why = self._process.communicate(timeout=10)
            pytest.skip(f"slirp4netns cannot run here: {why.decode(errors='replace').strip()}")

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


@pytest.mark.root
def test_packets_fare_as_the_walk_says(rootless: Rootless, tmp_path: Path) -> None:
    """Delivered, refused, lost: to the host outside, to slirp's own addresses, and to nobody."""
    net = f"198.19.{os.getpid() % 250}"
    rootless.outside.do("nft add table ip t", "nft add chain ip t i '{ type filter hook input priority 0; }'")
    rootless.outside.do(f"nft add rule ip t i tcp dport {DROPPED} drop")
    flows = [
        (f"{net}.20", "tcp", OPEN), (f"{net}.20", "tcp", CLOSED), (f"{net}.20", "tcp", DROPPED), (f"{net}.20", "udp", CLOSED),
        (f"{net}.20", "icmp", 0), (f"{net}.10", "tcp", CLOSED), ("10.0.2.2", "icmp", 0), ("10.0.2.2", "tcp", OPEN),
        ("192.0.2.7", "tcp", OPEN), ("192.0.2.7", "udp", OPEN),
    ]  # fmt: skip
    told = rootless.walks(tmp_path, flows)
    assert told == [rootless.asks(*flow) for flow in flows], flows


@pytest.mark.root
def test_root_pings_whatever_the_groups(rootless: Rootless, tmp_path: Path) -> None:
    """slirp4netns opens a raw socket where it may open no ping socket (icmp(7))."""
    net = f"198.19.{os.getpid() % 250}"
    rootless.host.do(f"sysctl -qw {PINGS}='1 0'")
    try:
        flows = [(f"{net}.20", "icmp", 0), ("10.0.2.2", "icmp", 0)]
        told = rootless.walks(tmp_path, flows)
        assert told == [rootless.asks(*flow) for flow in flows] == ["delivered", "delivered"]
    finally:
        rootless.host.do(f"sysctl -qw {PINGS}='0 2147483647'")


@pytest.mark.root
def test_the_gateway_is_the_hosts_loopback_where_it_is_open(tmp_path: Path) -> None:
    """What the fix of user-mode-network-refuses asks for: podman leaves --disable-host-loopback out."""
    if shutil.which("slirp4netns") is None:
        pytest.skip("needs slirp4netns")
    with Space() as host, Space() as outside, Space() as inner, _slirp4netns(host, inner):
        net = Rootless(host, outside, inner)
        with host.inside(lambda: socket.create_server(("127.0.0.1", OPEN))):
            flows = [("10.0.2.2", "tcp", OPEN), ("10.0.2.2", "tcp", CLOSED)]
            told = net.walks(tmp_path, flows)
            assert told == [net.asks(*flow) for flow in flows] == ["delivered", "refused"]


_CONTAINERS = """\
$ podman exec web ip -d address show
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: tap0: <BROADCAST,UP,LOWER_UP> mtu 65520 qdisc fq_codel state UNKNOWN group default qlen 1000
    link/ether c2:0b:3f:56:cc:52 brd ff:ff:ff:ff:ff:ff
    tun type tap pi off vnet_hdr off persist off
    inet 10.0.2.100/24 brd 10.0.2.255 scope global tap0
$ podman exec web ip rule show
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
$ podman exec web ip route
default via 10.0.2.2 dev tap0
10.0.2.0/24 dev tap0 proto kernel scope link src 10.0.2.100
$ podman exec db ip -d address show
2: tap0: <BROADCAST,UP,LOWER_UP> mtu 65520 qdisc fq_codel state UNKNOWN group default qlen 1000
    link/ether c2:0b:3f:56:cc:53 brd ff:ff:ff:ff:ff:ff
    tun type tap pi off vnet_hdr off persist off
    inet 10.0.2.100/24 brd 10.0.2.255 scope global tap0
"""


def test_a_rootless_container_does_not_reach_another_by_its_address() -> None:
    """Both have the same one, each in a network of its own: the kernel answers itself."""
    with Store() as store:
        load_text(store, "h1.txt", "h1", None, _CONTAINERS.splitlines())
        merge(store)
        cluster = Cluster(store, assumed=["no-netfilter"])
        told = Tracer(cluster).trace(Ask(source=endpoint(cluster, "web"), destination=endpoint(cluster, "db")))
    assert (told.verdict, told.cause and told.cause.check) == (Verdict.DROPPED, "duplicate-address")
    assert told.cause is not None
    assert "db is alone in a network of its own" in told.cause.summary


@pytest.mark.parametrize(
    ("groups", "verdict", "said"),
    [
        ("1 0", Verdict.UNREACHABLE, "its group is 1001"),
        ("5 10", Verdict.UNKNOWN, "whether any group of slirp4netns (process 7) may send pings"),
        (None, Verdict.UNKNOWN, f"which groups may send pings ({PINGS})"),
    ],
)
def test_a_group_that_was_not_captured_may_be_the_one(groups: str | None, verdict: Verdict, said: str) -> None:
    """A process has several groups, and one of them is enough (ping_init_sock); an empty range allows none."""
    with Store() as store:
        load_text(store, "h1.txt", "h1", None, _CONTAINERS.splitlines())
        host = store.netns(store.node("h1"), inode=5)
        web = store.netns(store.node("h1"), "container", "web")
        tun = Tun("tap0", "slirp4netns", 7, 5, 1001, False, parse_ip("10.0.2.2"))  # noqa: FBT003 - a row's columns
        store.add(web, 0, [(0, tun)])
        store.add(host, 0, ((0, row) for row in ([] if groups is None else [Sysctl(PINGS, groups)])))
        merge(store)
        cluster = Cluster(store, assumed=["no-netfilter"])
        told = Tracer(cluster).trace(Ask(source=endpoint(cluster, "web"), destination=endpoint(cluster, "192.0.2.7")))
    assert told.verdict is verdict
    assert said in (told.cause.summary if told.cause is not None else str(told.unknowns))
