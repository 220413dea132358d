"""A whole node, live."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from podpath.collect.node.capture import capture
from podpath.collect.node.namespaces import processes
from podpath.collect.node.parts import Part, Rows
from podpath.collect.runtimes.interface import Heard
from podpath.state.host import NetnsHolder, NetnsId, NetnsName
from podpath.state.link import Link
from podpath.state.runtime import Container
from tests.netlink.space import Space, run


def nobody() -> Iterator[Heard]:
    """No container runtime."""
    yield from ()


def by_name(parts: list[Part]) -> dict[tuple[str, str], list[object]]:
    """Return all rows by namespace."""
    found: dict[tuple[str, str], list[object]] = {}
    for part in parts:
        rows = list(part.rows) if isinstance(part, Rows) else [part]
        found.setdefault(part.place[:2], []).extend(rows)
    return found


@pytest.mark.root
def test_namespaces_with_equal_indexes_and_names_are_told_apart(space: Space) -> None:
    """A cable between two of three that look the same."""
    with Space() as other, Space() as twin:
        for one in (other, twin):
            one.do("ip link add x0 type veth peer name x1")
        space.do("ip link add eth0 type veth peer name eth0 netns " + other.name)
        found = by_name(list(capture(nobody)))
        (link,) = [row for row in found["netns", space.name] if isinstance(row, Link) and row.name == "eth0"]
        ids = {row.nsid: row.inode for row in found["netns", space.name] if isinstance(row, NetnsId)}
        assert link.peer_netns is not None
        assert ids[link.peer_netns] == Path(f"/run/netns/{other.name}").stat().st_ino
        assert NetnsName(space.name) in found["netns", space.name]
        assert any(isinstance(row, NetnsHolder) and row.kind == "mount" for row in found["netns", twin.name])


@pytest.mark.root
def test_a_runtime_gives_a_namespace_its_name() -> None:
    """By the process that it says."""
    done = subprocess.Popen(["unshare", "--net", "sleep", "60"])
    try:
        own = Path("/proc/self/ns/net").stat().st_ino
        while Path(f"/proc/{done.pid}/ns/net").stat().st_ino == own:
            pass  # it has not left yet
        said = Heard("docker inspect", [Container("a" * 64, "web", pid=done.pid, network_mode="bridge")])
        found = by_name(list(capture(lambda: [said])))
        assert any(isinstance(row, Link) for row in found["container", "web"])
        assert said.rows[0] in found["host", ""]
    finally:
        done.kill()
        done.wait()


@pytest.mark.root
@pytest.mark.timeout(120)
def test_namespaces_may_come_and_go_during_it() -> None:
    """Two hundred of them; what was there all the time is whole."""
    stop = threading.Event()
    made = 0

    def churn() -> None:
        nonlocal made
        while made < 200 and not stop.is_set():
            done = subprocess.Popen(["unshare", "--net", "true"])
            done.wait()
            made += 1

    with Space() as steady:
        steady.do("ip link add v0 type veth peer name v1")
        thread = threading.Thread(target=churn)
        thread.start()
        try:
            captures = 0
            while thread.is_alive() or captures < 3:
                found = by_name(list(capture(nobody)))
                names = {row.name for row in found["netns", steady.name] if isinstance(row, Link)}
                assert names == {"lo", "v0", "v1"}
                captures += 1
        finally:
            stop.set()
            thread.join()
    assert made == 200


STATE = (
    "ip -d address", "ip -4 route show table all", "ip -6 route show table all", "ip rule", "ip -6 rule", "ip neigh show nud all",
    "bridge fdb show", "bridge vlan show", "tc qdisc show", "ip netns list-id", "nft list ruleset", "iptables-legacy-save",
    "ipset save", "ss -tuanp", "conntrack -L", "sysctl -a",
)  # fmt: skip


@pytest.mark.root
@pytest.mark.timeout(120)
def test_a_capture_changes_nothing(space: Space) -> None:
    """The node's state before and after is equal, byte for byte; so are its mounts, modules and namespaces."""
    space.do(
        "ip link add br0 type bridge",
        "ip link add v0 type veth peer name v1",
        "ip link set v0 master br0 up",
        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
        "ip address add 10.1.0.1/24 dev v1",
        "ip neigh add 10.1.0.2 lladdr 02:00:00:00:00:02 dev v1 nud permanent",
        "nft add table inet mine",
        "ipset create web hash:ip",
    )
    space.run("iptables-nft", "-A", "FORWARD", "-j", "ACCEPT")
    space.run("iptables-legacy", "-A", "FORWARD", "-j", "ACCEPT")

    def state() -> list[str]:
        # A comment of iptables-save says when it was printed.
        inside = [space.run("sh", "-c", f"({command}) 2>/dev/null | grep -v '^#' || true") for command in STATE]
        random = ("random", "nf_conntrack_count", "fs.", "kernel.ns_last_pid", "kernel.pty")
        inside[-1] = "\n".join(line for line in inside[-1].splitlines() if not any(word in line for word in random))
        modules = Path("/proc/modules")
        return [*inside, modules.read_text() if modules.exists() else "", run("ls", f"/run/netns/{space.name}")]

    before = state()
    by_name(list(capture(nobody)))
    assert state() == before


def test_an_ordinary_user_sees_what_is_allowed() -> None:
    """The own namespace is read, and what is missing is said."""
    code = (
        "from podpath.collect.node.capture import capture; from podpath.collect.node.parts import Rows;"
        "from podpath.state.host import Missing; from podpath.state.link import Link;"
        "rows = [r for p in capture(lambda: []) if isinstance(p, Rows) for r in p.rows];"
        "print(any(isinstance(r, Link) and r.name == 'lo' for r in rows), any(isinstance(r, Missing) for r in rows))"
    )
    source = str(Path(__file__).parents[3] / "src")
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*user, sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=50,
        env={"PYTHONPATH": source, "PATH": os.environ["PATH"]},
    )  # fmt: skip
    if "No module named" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("another user cannot read the environment")
    assert done.stdout.split() == ["True", "True"], done.stderr


@pytest.mark.root
def test_the_capabilities_of_the_unit_suffice(space: Space) -> None:
    """Those that docs/security.md gives a service: of a namespace that is not its own it sees what root sees."""
    text = (Path(__file__).parents[3] / "docs" / "security.md").read_text(encoding="utf-8")
    unit = next(line for line in text.splitlines() if line.startswith("CapabilityBoundingSet="))
    kept = ",".join(f"+{word.removeprefix('CAP_').lower()}" for word in unit.partition("=")[2].split())
    code = (
        "from podpath.collect.node.capture import capture; from podpath.collect.node.parts import CommandOutput\n"
        f"for p in capture(lambda: []):\n if p.place.name == {space.name!r}:\n"
        # Who else holds the namespace changes while other tests run.
        "  print(p.text if isinstance(p, CommandOutput) else sorted(str(r) for r in p.rows if type(r).__name__ != 'NetnsHolder'))"
    )
    space.do("sh -c 'nft add table inet seen; ip link set lo up'")
    seen = []
    for limit in (["setpriv", f"--bounding-set=-all,{kept}", "--no-new-privs"], []):
        words = [*limit, sys.executable, "-c", code]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=50)
        seen.append([line for line in done.stdout.splitlines() if "Counter" not in line and "LinkCounters" not in line])
    assert "seen" in "".join(seen[0])
    assert seen[0] == seen[1]


def test_nobody_else_is_looked_at_when_asked() -> None:
    """Only the processes that are named."""
    places = {part.place.kind for part in capture(nobody, [os.getpid()])}
    assert places <= {"host", "netns", "file"}
    assert os.getpid() in processes()
