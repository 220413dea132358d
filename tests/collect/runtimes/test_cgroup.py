"""Names of control groups, as runtimes made them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.collect.runtimes.cgroup import Owner, first_processes, owner_of, owner_of_process

ID = "57ff3deffd898188eb51b6a06e2b7fe612174f8051808795e5c2e00270a2a60e"
INNER = "b517ae92b712de31849507b9e0dce8a214d6eba54b5ccc94a40e49f285b7afd4"
UID = "7a3c1b1e-52b4-4b8e-9d7a-0c1f7b1a2d3e"
SLICE = f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UID.replace('-', '_')}.slice"
STATIC = "0123456789abcdef0123456789abcdef"
PATHS = {
    f"/docker/{ID}": Owner("docker", ID),
    f"/system.slice/docker-{ID}.scope": Owner("docker", ID),
    f"/system.slice/docker-{ID}.scope/init": Owner("docker", ID),
    f"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{ID}.scope": Owner("docker", ID),
    f"{SLICE}/cri-containerd-{ID}.scope": Owner("containerd", ID, UID),
    f"{SLICE}/crio-{ID}.scope": Owner("cri-o", ID, UID),
    f"{SLICE}/crio-{ID}.scope/container": Owner("cri-o", ID, UID),
    f"{SLICE}/docker-{ID}.scope": Owner("docker", ID, UID),
    f"/kubepods/burstable/pod{UID}/{ID}": Owner(None, ID, UID),
    f"/kubepods/pod{UID}/crio-{ID}": Owner("cri-o", ID, UID),
    f"/kubepods/besteffort/pod{STATIC}/{ID}": Owner(None, ID, STATIC),
    f"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{UID.replace('-', '_')}.slice/cri-containerd-{ID}.scope":
        Owner("containerd", ID, UID),
    f"/system.slice/containerd.service/kubepods-burstable-pod{UID.replace('-', '_')}.slice:cri-containerd:{ID}":
        Owner("containerd", ID, UID),
    SLICE: Owner(None, None, UID),
    f"/machine.slice/libpod-{ID}.scope": Owner("podman", ID),
    f"/machine.slice/libpod-{ID}.scope/container": Owner("podman", ID),
    f"/libpod_parent/libpod-{ID}": Owner("podman", ID),
    f"/machine.slice/machine-libpod_pod_{INNER}.slice/libpod-{ID}.scope": Owner("podman", ID),
    f"/system.slice/nerdctl-{ID}.scope": Owner("containerd", ID),
    f"/lxc/web/docker/{ID}": Owner("docker", ID),
    f"/docker/{ID}/kubelet/kubepods/pod{UID}/{INNER}": Owner(None, INNER, UID),
    f"/../../docker-{ID}.scope": Owner("docker", ID),
    f"/pods/{ID}": Owner(None, ID),
    "/lxc.payload.web": Owner("lxc", "web"),
    "/lxc.payload.web-1.2/system.slice/ssh.service": Owner("lxc", "web-1.2"),
    "/lxc.payload/web": Owner("lxc", "web"),
    "/lxc/web": Owner("lxc", "web"),
    "/machine.slice/systemd-nspawn@web.service/payload": Owner("systemd-nspawn", "web"),
    "/machine.slice/machine-my\\x2dweb.scope/payload": Owner("systemd-nspawn", "my-web"),
}  # fmt: skip
NOBODYS = (
    "/", "/init.scope", "/user.slice/user-0.slice/session-1.scope", "/system.slice/docker.service", "/docker",
    "/system.slice/docker-" + ID[:12] + ".scope", "/lxc.monitor.web", f"/machine.slice/libpod-conmon-{ID}.scope",
    f"/system.slice/crio-conmon-{ID}.scope", "/kubepods.slice", "/system.slice/kubelet.service",
    "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
)  # fmt: skip


@pytest.mark.parametrize(("path", "owner"), PATHS.items())
def test_a_container_is_known_by_the_name_of_its_control_group(path: str, owner: Owner) -> None:
    """Under systemd and without, in pods, and inside other containers."""
    assert owner_of(f"0::{path}\n") == owner


@pytest.mark.parametrize("path", NOBODYS)
def test_what_is_no_container_is_nobodys(path: str) -> None:
    """Services, sessions, and the monitors that stand beside containers."""
    assert owner_of(f"0::{path}\n") is None


def test_any_hierarchy_may_tell() -> None:
    """In version 1 a process is in one group of each."""
    assert owner_of(f"9:name=systemd:/\n8:pids:/docker/{ID}\n0::/\n") == Owner("docker", ID)
    assert owner_of(f"9:name=systemd:/kubepods/pod{UID}/{ID}\n8:pids:/x/{ID}\n") == Owner(None, ID, UID)


@given(st.text())
def test_anything_can_be_read(text: str) -> None:
    """Whoever may make control groups chooses their names."""
    owner = owner_of(text)
    assert owner is None or isinstance(owner, Owner)


def test_a_process_that_has_ended_is_nobodys() -> None:
    """It may end between being found and being asked; this one's number is beyond all."""
    assert owner_of_process(1 << 30) is None
    assert owner_of_process(os.getpid()) == owner_of(Path("/proc/self/cgroup").read_text(encoding="utf-8"))


def write(root: Path, pid: int, cgroup: str, nspid: str) -> None:
    """Write what /proc says of a process."""
    (root / f"proc/{pid}").mkdir(parents=True)
    (root / f"proc/{pid}/cgroup").write_text(f"0::{cgroup}\n")
    (root / f"proc/{pid}/status").write_text(f"Name:\tx\nNSpid:\t{nspid}\n")


def test_the_first_process_of_a_container(tmp_path: Path) -> None:
    """Number 1 of its own process namespace, else the lowest."""
    for pid, nspid in ((90, "90\t7"), (91, "91\t1"), (92, "92\t8")):
        write(tmp_path, pid, f"/docker/{ID}", nspid)
    for pid in (70, 60, 80):
        write(tmp_path, pid, "/lxc.payload.web", str(pid))
    write(tmp_path, 1, "/init.scope", "1")
    (tmp_path / "proc/99").mkdir()
    (tmp_path / "proc/net").mkdir()
    assert first_processes(tmp_path) == {Owner("docker", ID): 91, Owner("lxc", "web"): 60}
