"""Which namespaces there are, and who holds them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podpath.collect.node.namespaces import command_name, find_namespaces, host_inode, processes
from tests.netlink.space import Space


@contextmanager
def holding(code: str) -> Iterator[tuple[int, int]]:
    """Run Python in a namespace of its own; yield its process number, and the namespace's number that it prints."""
    done = subprocess.Popen(
        ["unshare", "--net", sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert done.stdout is not None
        yield done.pid, int(done.stdout.readline())
    finally:
        done.communicate(timeout=10)


@pytest.mark.root
def test_a_namespace_is_found_by_its_process() -> None:
    """And named after nothing else."""
    with holding("import os; print(os.stat('/proc/self/ns/net').st_ino, flush=True); input()") as (pid, inode):
        found = find_namespaces().namespaces[inode]
        assert pid in found.pids
        assert (found.mounts, found.netns_name()) == ([], None)
        holders = [holder for holder in found.holders() if holder.pid == pid]
        assert (holders[0].kind, holders[0].name) == ("process", command_name(pid))
        descriptor = found.open()
        assert descriptor is not None
        assert os.fstat(descriptor).st_ino == inode
        os.close(descriptor)


@pytest.mark.root
def test_a_namespace_is_found_by_its_mount(space: Space) -> None:
    """No process is in it; ip-netns(8) gives it a name."""
    inode = Path(f"/run/netns/{space.name}").stat().st_ino
    found = find_namespaces().namespaces[inode]
    assert (found.pids, found.netns_name()) == ([], space.name)
    # A capture of another test may hold a descriptor of it for a moment, too.
    held = [holder.kind for holder in found.holders() if holder.kind != "descriptor"]
    # Mount namespaces of other tests may have copies of the mount.
    assert set(held) == {"mount"}
    assert found.mounts


@pytest.mark.root
def test_a_namespace_is_found_by_a_descriptor_alone() -> None:
    """Nothing else keeps it alive."""
    code = (
        "import os, ctypes\n"
        "held = os.open('/proc/self/ns/net', os.O_RDONLY); inode = os.fstat(held).st_ino\n"
        "home = os.open(f'/proc/{os.getppid()}/ns/net', os.O_RDONLY)\n"
        "assert ctypes.CDLL(None).setns(home, 0x40000000) == 0\n"
        "print(inode, flush=True); input()"
    )
    with holding(code) as (pid, inode):
        found = find_namespaces().namespaces[inode]
        assert (found.pids, found.mounts) == ([], [])
        # A capture of another test may hold it for a moment, too.
        assert any(path.startswith(f"/proc/{pid}/fd/") for path in found.descriptors)
        descriptor = found.open()
        assert descriptor is not None
        os.close(descriptor)


@pytest.mark.root
def test_a_mount_in_another_mount_namespace_is_found() -> None:
    """Docker and nested nodes have theirs where the host does not see them."""
    code = (
        "import os, subprocess\n"
        "for words in ('mount --make-rprivate /', 'mount -t tmpfs x /mnt', 'touch /mnt/n',"
        " 'mount --bind /proc/self/ns/net /mnt/n'): subprocess.run(words.split(), check=True)\n"
        "print(os.stat('/mnt/n').st_ino, flush=True); input()"
    )
    done = subprocess.Popen(
        ["unshare", "--mount", "--net", sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert done.stdout is not None
        inode = int(done.stdout.readline())
        assert "/mnt/n" in {path for _, path in find_namespaces().namespaces[inode].mounts}
    finally:
        done.communicate(timeout=10)


@pytest.mark.root
def test_a_mount_that_another_mount_hides_leads_nowhere(tmp_path: Path) -> None:
    """It is listed, and nobody can enter it: a node of the lab hides those of its host like that."""
    code = (
        "import os, subprocess\n"
        f"folder = {str(tmp_path)!r}\n"
        "for words in ('mount --make-rprivate /', f'mount -t tmpfs x {folder}', f'touch {folder}/n',"
        " f'mount --bind /proc/self/ns/net {folder}/n', f'mount -t tmpfs y {folder}'):"
        " subprocess.run(words.split(), check=True)\n"
        "from podpath.collect.node.namespaces import Namespace, find_namespaces\n"
        "hidden = [s for s in find_namespaces([os.getpid()]).namespaces.values() if any(p.endswith('/n') for _, p in s.mounts)]\n"
        "print(len(hidden), [Namespace(s.inode, mounts=s.mounts).open() for s in hidden])"
    )
    done = subprocess.run(
        ["unshare", "--mount", "--net", sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")},
    )  # fmt: skip
    assert done.stdout == "1 [None]\n", done.stderr


def test_the_hosts_namespace_is_that_of_process_1() -> None:
    """Or ours, where it may not be seen."""
    found = find_namespaces()
    own = Path("/proc/self/ns/net").stat().st_ino
    seen = [space.inode for space in found.namespaces.values() if 1 in space.pids]
    assert host_inode(found) == (seen[0] if seen else own)


def test_processes_that_end_are_tolerated() -> None:
    """They were listed, and are gone when looked at."""
    gone = max(processes()) + 100_000
    assert all(space.pids == [] for space in find_namespaces([gone]).namespaces.values())
    assert command_name(gone) == ""
