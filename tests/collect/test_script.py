"""The script for nodes without Python."""

import re
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from podpath.collect.script import script
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.evidence import Unread
from podpath.state.link import Link
from tests.netlink.space import Space

SHELLS = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]]


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_every_shell_can_read_it(shell: list[str]) -> None:
    """POSIX sh, and nothing else."""
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not installed")
    assert subprocess.run([*shell, "-n"], input=script(), capture_output=True, text=True, check=True).stderr == ""


def host_part(transcript: str) -> list[str]:
    """Return what was printed of the namespace that the script ran in, other namespaces apart."""
    lines = []
    for line in transcript.splitlines():
        if line.startswith(("# nsenter ", "# ip netns exec ")):
            break
        lines.append(line)
    return lines


def read(lines: list[str]) -> Store:
    """Return the tables of a transcript."""
    store = Store()
    load_text(store, "n.txt", "n", None, lines)
    merge(store)
    return store


def ask(space: Space, *shell: str) -> list[str]:
    """Return what the script prints in a namespace, of that namespace."""
    words = ["ip", "netns", "exec", space.name, *shell]
    return host_part(subprocess.run(words, input=script(), capture_output=True, text=True, timeout=50, check=False).stdout)


@pytest.mark.root
@pytest.mark.parametrize("backend", ["nft", "legacy"])
def test_rules_of_either_back_end_of_iptables_are_printed_as_iptables_knows_them(space: Space, backend: str) -> None:
    """Nft alone prints `xt target "MASQUERADE"`, which nobody can read back; and files of /proc look empty to `test -s`."""
    space.run(f"iptables-{backend}", "-t", "nat", "-A", "POSTROUTING", "-s", "10.1.0.0/24", "-j", "MASQUERADE")
    lines = ask(space, "sh")
    assert f"# iptables-{backend}-save -c" in lines
    with read(lines) as store:
        assert store.raw("SELECT * FROM unread") == []
        said = [row[0] for row in store.raw("SELECT text FROM source WHERE command LIKE '%iptables%save%'")]
    assert any("-A POSTROUTING -s 10.1.0.0/24 -j MASQUERADE" in text for text in said if text)


@pytest.mark.root
def test_whether_the_host_answers_pings_is_printed(space: Space) -> None:
    """Of both families, as a capture by podpath has it: without it a host that ignores them would count as one that answers."""
    names = ("net.ipv4.icmp_echo_ignore_all", "net.ipv6.icmp.echo_ignore_all")
    for name in names:
        space.run("sysctl", "-qw", f"{name}=1")
    with read(ask(space, "sh")) as store:
        assert dict(store.raw("SELECT name, value FROM sysctl WHERE name LIKE '%echo_ignore_all'")) == dict.fromkeys(names, "1")


@pytest.mark.root
@pytest.mark.parametrize("shell", ["sh", "busybox sh"])
def test_every_line_that_it_prints_is_read(space: Space, shell: str) -> None:
    """On a node with a bridge, a tunnel, rules and routes of many sorts; with iproute2, and with busybox alone."""
    if shutil.which("busybox") is None:
        pytest.skip("busybox is not installed")
    space.do(
        "ip link add br0 type bridge",
        "ip link add v0 type veth peer name v1",
        "ip link set v0 master br0 up",
        "ip link set v1 up",
        "ip link set br0 up",
        "ip address add 10.1.0.1/24 dev br0",
        "ip route add 10.9.0.0/16 via 10.1.0.2 metric 5",
        "ip route add blackhole 10.8.0.0/16",
        "ip rule add from 10.1.0.0/24 lookup 100 pref 100",
        "ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev br0 nud permanent",
        "ip link add vx type vxlan id 7 dstport 8472 local 10.1.0.1 nolearning",
        "bridge fdb add 02:00:00:00:00:01 dev vx dst 10.1.0.77 self permanent",
    )
    space.run("iptables-nft", "-A", "FORWARD", "-j", "ACCEPT")
    with read(ask(space, *shell.split())) as store:
        unread = [Unread(*row) for row in store.raw("SELECT * FROM unread")]
        assert unread == []
        nodes = store.raw("SELECT count(*) FROM node")[0][0]
        names = {row[0] for row in store.raw("SELECT name FROM link")}
        routes = store.raw("SELECT count(*) FROM route WHERE \"table\" = 'main' AND family = 4")[0][0]
        assert (nodes, names >= {"lo", "br0", "v0", "v1", "vx"}, routes) == (1, True, 3)


@pytest.mark.root
def test_its_tables_are_those_of_netlink(space: Space) -> None:
    """The same namespace, by the script's transcript and by the kernel."""
    space.do("ip link add v0 type veth peer name v1", "ip link set v0 up", "ip address add 10.1.0.1/24 dev v0")
    done = subprocess.run(
        ["ip", "netns", "exec", space.name, "sh"], input=script(), capture_output=True, text=True, timeout=50, check=False
    )
    with read(host_part(done.stdout)) as store:
        texts = Counter(row[:3] for row in store.raw("SELECT name, ifindex, mac FROM link"))
    assert texts == Counter((row.name, row.ifindex, row.mac) for row in space.links() if isinstance(row, Link))


@pytest.mark.root
@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_names_of_namespaces_are_words_and_never_commands(tmp_path: Path, shell: list[str]) -> None:
    """`ip netns add` takes any name without a stroke: one that a shell would understand is left out, and that is said."""
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not installed")
    names = ["at-x;touch pwned;#", "$(touch pwned)", "a b", "-n", "good.one-1"]
    made = " && ".join(f"ip netns add {shlex.quote(name)}" for name in names if name != "-n")
    run = f"mkdir -p /run/netns && mount -t tmpfs none /run/netns && {made} && exec {shlex.join(shell)}"
    words = ["unshare", "-pfmn", "--mount-proc", "sh", "-c", run]
    done = subprocess.run(words, input=script(), cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False)
    assert list(tmp_path.iterdir()) == []
    assert done.stdout.count("left out: a network namespace whose name holds other than") == 3
    assert re.search("^# (?:ip netns exec |nsenter --net=/run/netns/)good.one-1 ip ", done.stdout, re.MULTILINE)
    with read(done.stdout.splitlines()) as store:
        assert store.raw("SELECT DISTINCT split_part(name, '/', -1) FROM netns WHERE kind = 'netns'") == [("good.one-1",)]
        assert store.raw("SELECT 1 FROM unread WHERE text LIKE 'left out: a network namespace%'")


@pytest.mark.root
@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_of_a_network_configuration_only_what_is_read_is_printed(tmp_path: Path, shell: list[str]) -> None:
    """Plugins keep tokens, passwords and keys in it, under any name."""
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not installed")
    folder = tmp_path / "net.d"
    folder.mkdir()
    (folder / "10-calico.conflist").write_text(CNI)
    run = f"mkdir -p /etc/cni && mount --bind {tmp_path} /etc/cni && exec {shlex.join(shell)}"
    words = ["unshare", "-pfmn", "--mount-proc", "sh", "-c", run]
    done = subprocess.run(words, input=script(), capture_output=True, text=True, timeout=50, check=False)
    assert "SECRET" not in done.stdout
    with read(done.stdout.splitlines()) as store:
        assert store.raw("SELECT network, type, mtu, ip_masq, subnet_len FROM cni_plugin") == [("k8s", "calico", 1450, True, 24)]


CNI = """{"name": "k8s", "cniVersion": "0.3.1", "plugins": [{"type": "calico", "mtu": 1450, "ipMasq": true, "pin": 1234567890,
 "etcd_endpoints": "https://u:SECRET@10.0.0.1:2379", "etcd_key": "-----BEGIN RSA PRIVATE KEY-----SECRET", "args": ["SECRET"],
 "policy": {"k8s_auth_token": "a\\"SECRET"}, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.1.0.0/24"}]]}}]}"""
