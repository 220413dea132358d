"""Real OpenSSH in a lab: a server in each node, with a host key of its own, and a host outside from which people log in.

All of it lies in /run of the node that it belongs to, which is the node's own and ends with it.
"""

import functools
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from podpath import lab
from podpath.lab.client import Cluster, Done, LabError, Running

SOURCE = Path(__file__).parents[1] / "src"
OUTSIDE = "ext"
_SERVER = """
Port 22
HostKey /run/host_key
PidFile none
UsePAM no
PasswordAuthentication no
AuthorizedKeysFile /run/authorized_keys
StrictModes no
PermitRootLogin prohibit-password
MaxStartups 100
"""
_CLIENT = """
Host *
    IdentityFile /run/id
    IdentitiesOnly yes
    UserKnownHostsFile /run/known_hosts
    GlobalKnownHostsFile /dev/null
    ControlMaster no
    User root
"""
_USERS = """
plain:*:4001:4001::/run/home:/bin/sh
csh:*:0:0::/run/home:/bin/csh
fish:*:0:0::/run/home:/usr/bin/fish
bash:*:0:0::/run/noisy:/bin/bash
stream:*:0:0::/run/home:/run/stream
silent:*:0:0::/run/home:/run/silent
"""
"""Users of every node by their shells; home folders that are not there are no hindrance."""


@functools.cache
def why_no_ssh() -> str | None:
    """Say why no server can be run here, or None if it can."""
    if os.geteuid() != 0:
        return "needs root: sshd and the users of its nodes"
    missing = [name for name in ("ssh", "/usr/sbin/sshd", "ssh-keygen") if shutil.which(name) is None]
    return f"needs {', '.join(missing)} (openssh-server)" if missing else None


class Site:
    """A lab whose nodes are reached over ssh from its outside host.

    Args:
        cluster: the lab.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.nodes = [node.name for node in cluster.plan.nodes if node.name != OUTSIDE]
        self.addresses = {name: self._address(name) for name in self.nodes}
        self.servers: dict[str, Running] = {}
        self.shell(OUTSIDE, f"{_KEY} /run/id; mkdir -p /run/bin; cat >/run/ssh_config", _CLIENT)
        self.shell(
            OUTSIDE, "cat >/run/bin/ssh; chmod 755 /run/bin/ssh; touch /run/known_hosts",
            f'#!/bin/sh\nexec {shutil.which("ssh")} -F /run/ssh_config "$@"\n',
        )  # fmt: skip
        self.public = self.shell(OUTSIDE, "cat /run/id.pub")
        for name in self.nodes:
            self.alias(name, name)
        for name in self.nodes:
            self._prepare(name)
            self.serve(name)

    def _address(self, node: str) -> str:
        first = self.shell(node, "ip -4 route get 192.0.2.1 || ip -4 -o address show scope global").split()
        return first[first.index("src") + 1] if "src" in first else first[3].partition("/")[0]

    def alias(self, name: str, node: str, *lines: str) -> None:
        """Give a node another name, with lines of its own in the configuration of ssh."""
        text = "\n    ".join((f"Host {name}", f"HostName {self.addresses[node]}", *lines))
        self.shell(OUTSIDE, "cat - /run/ssh_config >/run/new && mv /run/new /run/ssh_config", f"{text}\n")

    def _prepare(self, node: str) -> None:
        self.shell(node, f"{_KEY} /run/host_key; mkdir -p /run/sshd /run/noisy; cat >/run/sshd.conf", _SERVER)
        self.shell(node, "cat >/run/authorized_keys", self.public)
        self.shell(node, "(cat /etc/passwd; cat) >/run/passwd; mount --bind /run/passwd /etc/passwd", _USERS)
        self.shell(node, "cat >/run/noisy/.bashrc", "echo '# node other'; printf 'flannel.1: \\033[31mhello\\n'\n")
        self.trust(node)

    def trust(self, node: str) -> None:
        """Make a node's host key known."""
        address = self.addresses[node]
        key = " ".join(self.shell(node, "cat /run/host_key.pub").split()[:2])
        self.shell(OUTSIDE, f"sed -i '/^{address} /d' /run/known_hosts; cat >>/run/known_hosts", f"{address} {key}\n")

    @contextmanager
    def instead(self, node: str, command: str, script: str) -> Iterator[None]:
        """Let a node have a program of this name that does what a script says."""
        self.shell(
            node, f"mkdir -p /run/first; cat >/run/first/{command}; chmod 755 /run/first/{command}", f"#!/bin/sh\n{script}\n"
        )
        # What is asked by the collecting script is found in the places of the system alone.
        place = shutil.which(command, path="/usr/sbin:/usr/bin")
        covered = place if place is not None and f"/{command} " not in script else None
        if covered is not None:
            self.shell(node, f"mount --bind /run/first/{command} {covered}")
        self.serve(node, "SetEnv PATH=/run/first:/usr/sbin:/usr/bin:/sbin:/bin\n")
        try:
            yield
        finally:
            self.shell(node, f"{f'umount -l {covered}; ' if covered is not None else ''}rm /run/first/{command}")
            self.serve(node)

    def serve(self, node: str, more: str = "") -> None:
        """Start a node's server, with more lines of configuration, and return when it listens."""
        if node in self.servers:
            self.servers.pop(node).end()
        self.shell(node, "cat >/run/more.conf; cat /run/more.conf /run/sshd.conf >/run/all.conf", more)
        self.servers[node] = self.cluster.start(node, "/usr/sbin/sshd -D -e -f /run/all.conf")
        until = time.monotonic() + 10
        while "listening on" not in self.servers[node].err:
            assert time.monotonic() < until, self.servers[node].err
            time.sleep(0.005)

    def shell(self, place: str, script: str, text: str = "") -> str:
        """Run a script of the shell that must succeed; return what it printed."""
        done = self.cluster.run(place, ["sh", "-c", script], text=text)
        assert done.code == 0, (script, done)
        return done.out

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> Running:
        """Start podpath on the outside host."""
        path = f"/run/bin:{os.environ['PATH']}"
        environ = {
            "PATH": path,
            "PYTHONPATH": str(SOURCE),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "100",
            "TMPDIR": "/run",
            **(env or {}),
        }
        return self.cluster.start(OUTSIDE, [sys.executable, "-m", "podpath", *words], env=environ)

    def podpath(self, *words: str, timeout: float = 50, env: Mapping[str, str] | None = None) -> Done:
        """Run podpath on the outside host to its end."""
        done = self.start(*words, env=env).wait(timeout)
        assert "Traceback" not in done.err, done.err
        return done

    def processes(self) -> list[str]:
        """Return the ssh processes that still run on the outside host."""
        return self.cluster.run(OUTSIDE, shlex.split("pgrep -a -x ssh")).out.splitlines()


_KEY = "ssh-keygen -q -t ed25519 -N '' -f"


@contextmanager
def site(topology: str, nodes: int | None = None, pods: int | None = None) -> Iterator[Site]:
    """Return a lab with servers; skip where this machine lacks something for it."""
    if (reason := why_no_ssh()) is not None:
        pytest.skip(reason)
    try:
        made = lab.cluster(topology, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))
    with made:
        reached = Site(made)
        try:
            yield reached
        finally:
            for server in reached.servers.values():
                server.end()
