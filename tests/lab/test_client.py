"""A lab from Python: commands, names, and that nothing outlives it."""

import contextlib
import os
import resource
import secrets
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podpath import lab
from podpath.lab import client
from podpath.lab.client import Cluster, LabError
from tests.lab.traces import lived_in, namespaces, wait_for, with_mark

pytestmark = pytest.mark.lab
SOURCES = str(Path(lab.__file__).parents[2])
BUILDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from podpath import lab
c = lab.cluster("flannel-vxlan", nodes=1, pods=1)
print(c.run("n1", ["readlink", "/proc/self/ns/net"]).out, end="", flush=True)
print(c._guard.pid, flush=True)
time.sleep(60)
"""


def test_a_command_gets_input_and_environment_and_gives_output_and_status(small: Cluster) -> None:
    """What goes in and comes out is the command's own."""
    done = small.run("n1", ["sh", "-c", "cat; echo $WORD >&2; exit 3"], text="in\n", env={"WORD": "err"})
    assert (done.code, done.out, done.err) == (3, "in\n", "err\n")


def test_a_string_is_split_into_words_and_no_shell_sees_it(small: Cluster) -> None:
    """A dollar or a semicolon is a character like others."""
    assert small.run("n1", "echo '$HOME;' ls").out == "$HOME; ls\n"


def test_a_command_runs_in_its_node_or_pod(small: Cluster) -> None:
    """Host name, processes and interfaces are those of the place."""
    assert small.run("n2", "hostname").out == "n2\n"
    assert small.run("n1", "cat /proc/1/comm").out == "node n1\n"
    assert set(small.run("n1", "ip netns list").out.split()) >= {"p1", "p3"}
    assert "10.244.1.10/24" in small.run("n1/p1", "ip -4 -o address show eth0").out
    assert "10.244.2.10/24" in small.run("p2", "ip -4 -o address show eth0").out
    assert "sw0" in small.run("sw", "ip -o link").out


def test_what_takes_too_long_is_ended(small: Cluster) -> None:
    """It does not go on behind the caller's back."""
    with pytest.raises(TimeoutError, match="sleep 4711 did not end within"):
        small.run("n1", "sleep 4711", timeout=0.2)
    assert wait_for(lambda: "sleep 4711" not in small.run("n1", ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]).out)


def test_a_command_can_be_watched_and_ended(small: Cluster) -> None:
    """Its output may be read while it runs."""
    running = small.start("n1/p1", ["sh", "-c", "echo begun; exec sleep 60"])
    assert wait_for(lambda: running.out == "begun\n")
    done = running.end()
    assert (done.code, done.out) == (-signal.SIGTERM, "begun\n")
    assert running.wait(1) == done


def test_errors_say_what_and_where(small: Cluster) -> None:
    """No place, no command, a command that fails."""
    with pytest.raises(LabError, match=r'nothing in this lab is called "n9"; there are n1, n2, ext, sw, n1/p1'):
        small.run("n9", "true")
    with pytest.raises(LabError, match="no-such-command: no such command"):
        small.run("n1", "no-such-command")
    with pytest.raises(LabError, match=r"n1: ip route del 10.99.0.0/16: .*No such process"):
        small.do("n1", "ip route del 10.99.0.0/16")


def test_a_node_has_files_of_its_own(small: Cluster) -> None:
    """/etc, /run and /sys of a node are not the host's."""
    before = Path("/etc/hostname").read_bytes() if Path("/etc/hostname").exists() else None
    assert small.run("n1", "cat /etc/machine-id").out != small.run("n2", "cat /etc/machine-id").out
    small.do("n1", "sh -c 'echo other >/etc/hostname; touch /run/left-here'")
    assert (Path("/etc/hostname").read_bytes() if Path("/etc/hostname").exists() else None) == before
    assert not Path("/run/left-here").exists()
    assert "cni0" in small.run("n1", "ls /sys/class/net").out


def test_many_threads_may_use_it(small: Cluster) -> None:
    """Every answer goes to who asked."""
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda i: small.run(f"n{i % 2 + 1}", f"echo {i}").out, range(40)))
    assert said == [f"{i}\n" for i in range(40)]


def test_labs_live_side_by_side() -> None:
    """The same topology twice, built at the same time: neither sees the other."""
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: lab.cluster("flannel-vxlan", nodes=1, pods=1), range(2))
    with one, other:
        one.do("n1", "ip link add mine type bridge")
        assert other.run("n1", "ip link show mine").code != 0
        assert namespaces(one) & namespaces(other) == set()


def test_the_host_is_not_touched() -> None:
    """No interface, no name of a namespace, no mount of the host is other than before."""

    def host() -> list[str]:
        names = sorted(p.name for p in Path("/run/netns").iterdir()) if Path("/run/netns").exists() else []
        mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
        return (
            sorted(p.name for p in Path("/sys/class/net").iterdir())
            + [n for n in names if n.startswith("p")]
            + [m for m in mounts if "podpath" in m]
        )

    before = host()
    with lab.cluster("flannel-vxlan", nodes=1, pods=1):
        assert host() == before
    assert host() == before


def test_a_process_with_thousands_of_open_files_builds_labs_too() -> None:
    """select(2) would refuse their numbers; and taking the lab away opens nothing that stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 3000:
        pytest.skip("this machine allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3000), hard))
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with lab.cluster("flannel-vxlan", nodes=1, pods=1) as made:
            assert made.run("n1", "echo up").out == "up\n"
            mine = namespaces(made)
        assert not mine & lived_in()
    finally:
        for other in others:
            os.close(other)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_nothing_is_left_after_an_error_in_the_with_statement() -> None:
    """The lab goes before the error is seen."""
    with contextlib.suppress(ZeroDivisionError), lab.cluster("flannel-vxlan", nodes=1, pods=1) as made:
        mine = namespaces(made)
        assert mine <= lived_in()
        raise ZeroDivisionError
    assert not mine & lived_in()


@pytest.mark.parametrize("victim", ["parent", "guard"])
def test_nothing_outlives_a_killed_process(victim: str) -> None:
    """SIGKILL leaves nobody to clean up but the kernel; it does."""
    with subprocess.Popen([sys.executable, "-c", BUILDER, SOURCES], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        try:
            namespace, guard = parent.stdout.readline().strip(), int(parent.stdout.readline())
            assert namespace in lived_in()
            os.kill(parent.pid if victim == "parent" else guard, signal.SIGKILL)
            assert wait_for(lambda: namespace not in lived_in())
        finally:
            parent.kill()


def test_nothing_is_left_of_a_build_that_was_interrupted() -> None:
    """At whatever moment the builder is killed."""
    mark = f"mark-{secrets.token_hex(8)}"
    for milliseconds in (20, 60, 100, 150, 250, None):
        words = [sys.executable, "-c", BUILDER, SOURCES]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, env={**os.environ, "MARK": mark}) as parent:
            if milliseconds is None:
                assert wait_for(lambda: "podpath lab" in with_mark(mark)), "a lab that is being built is seen"
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    parent.wait(milliseconds / 1000)
            parent.kill()
    assert wait_for(lambda: with_mark(mark) == []), with_mark(mark)


def test_the_time_of_a_lab_is_limited() -> None:
    """When it is up, the kernel ends it."""
    with lab.cluster("flannel-vxlan", nodes=1, pods=1, limit=0.5) as made:
        mine = namespaces(made)
        assert wait_for(lambda: not mine & lived_in(), 5)
        with pytest.raises(LabError, match="the lab has ended"):
            made.run("n1", "true")


def test_a_lab_with_a_name_is_found_again_and_the_name_is_taken() -> None:
    """By this name, by nobody twice, and until it is down."""
    name = f"test-{os.getpid()}"
    with lab.cluster("flannel-vxlan", nodes=1, pods=1, name=name) as made:
        assert name in client.names()
        with client.alone(client.find(name)) as again:
            assert again.run("n1", "hostname").out == "n1\n"
        with pytest.raises(LabError, match=f'a lab named "{name}" is up'):
            lab.cluster("flannel-vxlan", nodes=1, pods=1, name=name)
        assert made.run("n1", "hostname").out == "n1\n"
    assert name not in client.names()
    with pytest.raises(LabError, match=f'there is no lab named "{name}"'):
        client.find(name)


def test_a_lab_remembers_notes(small: Cluster) -> None:
    """Whoever comes next reads them."""
    small.note("colour", ["green"])
    assert small.describe()["notes"]["colour"] == ["green"]


@pytest.mark.timeout(300)
@pytest.mark.long
def test_a_thousand_labs_leave_nothing() -> None:
    """Two hundred here; the benchmark does a thousand. No namespace, process or memory stays."""
    for _ in range(200):
        with lab.cluster("flannel-vxlan", nodes=1, pods=1) as made:
            mine = namespaces(made)
        assert not mine & lived_in()


@pytest.mark.parametrize("rootless", [False, True], ids=["as it is", "user namespace"])
def test_a_lab_is_fast(rootless: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Three nodes with six pods can be used; figures are in docs/performance.md."""
    with lab.cluster("flannel-vxlan", rootless=rootless) as made:
        assert made.run("p1", "ping -c 1 -W 2 10.244.2.10").code == 0
