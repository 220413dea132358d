"""The process that a lab hangs on."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from podpath import lab
from podpath.lab import supervisor
from podpath.lab.client import LabError, build
from podpath.lab.compose import compose
from podpath.lab.load import load
from tests.lab.traces import wait_for, with_mark

SOURCES = str(Path(lab.__file__).parents[2])


@pytest.mark.lab
def test_a_line_that_fails_is_told_and_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Node, command and the tool's complaint."""
    mark = f"mark-{secrets.token_hex(8)}"
    monkeypatch.setenv("MARK", mark)
    plan = compose(load("flannel-vxlan", 2, 2))
    plan.nodes[1].ip.insert(3, "link add name x type nonsense")
    with pytest.raises(LabError, match=r"n2: ip link add name x type nonsense: .*Unknown device type|not supported"):
        build(plan, "broken")
    plan = compose(load("flannel-vxlan", 1, 1))
    plan.nodes[0].pods[0].ip.append("route add nonsense")
    with pytest.raises(LabError, match=r"n1: p1: ip: .*nonsense"):
        build(plan, "broken")
    assert wait_for(lambda: with_mark(mark) == []), with_mark(mark)


@pytest.mark.lab
def test_no_stranger_may_use_a_lab() -> None:
    """The name can be seen by all, and is of use only to its owner."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    name = f"own-{os.getpid()}"
    code = (
        "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1].replace('@', chr(0)));"
        "s.settimeout(5); sys.exit(s.recv(1) != b'')"
    )
    with lab.cluster("flannel-vxlan", nodes=1, pods=1, name=name):
        words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-I", "-S", "-c", code]
        subprocess.run([*words, f"@podpath-lab/0/{name}"], check=True, timeout=10)


def test_what_stands_in_the_way_of_user_namespaces_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sysctl, where it is one; else what may help."""
    monkeypatch.setattr(supervisor, "Path", lambda *_: tmp_path / "setting")
    (tmp_path / "setting").write_text("0\n", encoding="ascii")
    assert "user.max_user_namespaces" in supervisor._advice(1000)
    (tmp_path / "setting").write_text("1\n", encoding="ascii")
    assert "apparmor_restrict_unprivileged_userns=0" in supervisor._advice(1000)
    (tmp_path / "setting").unlink()
    assert "run podpath as root" in supervisor._advice(1000)
    assert "--privileged" in supervisor._advice(0)


FORBIDDEN = """
import sys
sys.path.insert(0, sys.argv[1])
open("/proc/sys/user/max_user_namespaces", "w").write("0")
from podpath import lab
from podpath.lab.client import LabError
try:
    lab.cluster("flannel-vxlan", nodes=1, pods=1, rootless=True)
except LabError as error:
    print(error)
"""


@pytest.mark.lab
def test_a_kernel_that_forbids_user_namespaces_is_told_with_what_would_help() -> None:
    """The limit is one of the user namespace that we are in, so this one is made for the test."""
    words = ["unshare", "--user", "--map-root-user", sys.executable, "-c", FORBIDDEN, SOURCES]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    assert done.stderr == ""
    assert done.stdout.startswith("this kernel does not let root make namespaces here (No space left on device): ")
    assert "set user.max_user_namespaces to more than 0" in done.stdout
