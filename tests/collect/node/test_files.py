"""Files of a node."""

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from podpath.collect.node import files
from podpath.collect.node.parts import CommandOutput, Place, Rows
from podpath.state.host import Missing

HOST = Place("host", "", 1)


def test_a_node_says_who_it_is() -> None:
    """And when it was looked at."""
    facts = {fact.name: fact.value for fact in files.facts()}
    assert facts["kernel"] == os.uname().release
    assert facts["captured"].endswith("+00:00")


def test_configuration_is_read_where_it_is(tmp_path: Path) -> None:
    """Flannel's and the CNI's; nothing else of these folders."""
    (tmp_path / "run/flannel").mkdir(parents=True)
    (tmp_path / "run/flannel/subnet.env").write_text("FLANNEL_MTU=1450\n")
    (tmp_path / "etc/cni/net.d").mkdir(parents=True)
    (tmp_path / "etc/cni/net.d/10-a.conflist").write_text("{}")
    (tmp_path / "etc/cni/net.d/kubeconfig").write_text("token: secret")
    found = list(files.configuration(HOST, tmp_path))
    assert [(part.command, part.text) for part in found if isinstance(part, CommandOutput)] == [
        ("cat /run/flannel/subnet.env", "FLANNEL_MTU=1450\n"),
        ("cat /etc/cni/net.d/10-a.conflist", "{}"),
    ]


def test_a_resolver_is_read_as_a_process_sees_it() -> None:
    """Ours, for a start."""
    file = Path("/etc/resolv.conf")
    expected = CommandOutput(HOST, "cat /etc/resolv.conf", file.read_text()) if file.exists() else None
    assert files.resolver(HOST, os.getpid()) == expected


def test_what_may_not_be_read_is_missing() -> None:
    """Not silently left out, and with the command that would tell."""
    with mock.patch.object(files, "_open_inside", side_effect=PermissionError(13, "Permission denied")):
        part = files.resolver(HOST, 7)
    assert isinstance(part, Rows)
    assert list(part.rows) == [
        Missing("resolv.conf of process 7 (Permission denied)", "sudo nsenter -t 7 -m cat /etc/resolv.conf")
    ]
    with mock.patch.object(os, "listdir", side_effect=PermissionError(13, "Permission denied")):
        parts = list(files.configuration(HOST, Path("/nonexistent")))
    told = [row.command for part in parts if isinstance(part, Rows) for row in part.rows if isinstance(row, Missing)]
    assert told == [f"sudo ls /{folder}" for folder in files._CNI_FOLDERS]


@pytest.mark.root
def test_a_containers_link_cannot_lead_out_of_it(tmp_path: Path) -> None:
    """An absolute link in its file system ends in its file system."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "secret").write_text("nameserver 192.0.2.66\n")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/etc").mkdir()
    (tmp_path / "root/etc/resolv.conf").symlink_to(tmp_path / "secret")
    done = subprocess.Popen(
        [sys.executable, "-c", f"import os; os.chroot({str(tmp_path / 'root')!r}); print(flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert done.stdout is not None
        done.stdout.readline()
        assert files.read_inside(done.pid, "/etc/resolv.conf") is None
        (tmp_path / "root/etc/resolv.conf").unlink()
        (tmp_path / "root/etc/resolv.conf").write_text("nameserver 192.0.2.1\nsearch a.b\n")
        expected = CommandOutput(HOST, "cat /etc/resolv.conf", "nameserver 192.0.2.1\nsearch a.b\n")
        assert files.resolver(HOST, done.pid) == expected
        (tmp_path / "root/etc/resolv.conf").unlink()
        os.mkfifo(tmp_path / "root/etc/resolv.conf")
        assert files.resolver(HOST, done.pid) is None
    finally:
        done.communicate(timeout=10)
