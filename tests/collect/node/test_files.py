"""Files of a node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.collect.node import files
from podpath.collect.node.parts import Place
from podpath.state.address import parse_ip
from podpath.state.host import Resolver

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
    assert [(text.command, text.text) for text in found] == [
        ("cat /run/flannel/subnet.env", "FLANNEL_MTU=1450\n"),
        ("cat /etc/cni/net.d/10-a.conflist", "{}"),
    ]


def test_a_resolver_is_read_as_a_process_sees_it() -> None:
    """Ours, for a start."""
    lines = Path("/etc/resolv.conf").read_text().splitlines() if Path("/etc/resolv.conf").exists() else []
    servers = [line.split()[1] for line in lines if line.startswith("nameserver")]
    assert [row.address for row in files.resolvers(os.getpid()) if row.keyword == "nameserver"] == [parse_ip(s) for s in servers]


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
        assert list(files.resolvers(done.pid)) == [
            Resolver("nameserver", "192.0.2.1", parse_ip("192.0.2.1")), Resolver("search", "a.b"),
        ]  # fmt: skip
        (tmp_path / "root/etc/resolv.conf").unlink()
        os.mkfifo(tmp_path / "root/etc/resolv.conf")
        assert list(files.resolvers(done.pid)) == []
    finally:
        done.communicate(timeout=10)
