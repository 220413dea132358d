"""Running a command in a lab with one's own terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from podpath import lab

pytestmark = pytest.mark.lab
CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from podpath.lab import client, enter
raise SystemExit(enter.run(client.find(sys.argv[2]), sys.argv[3], sys.argv[4:]))
"""
SOURCES = str(Path(lab.__file__).parents[2])


@pytest.mark.parametrize("rootless", [False, True], ids=["as it is", "user namespace"])
def test_a_command_gets_the_terminal_the_status_and_the_folder(rootless: bool) -> None:  # noqa: FBT001 - a parameter
    """Of whoever typed it; a signal becomes 128 and its number."""
    name = f"enter-{os.getpid()}-{rootless}".lower()

    def entered(*words: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-I", "-c", CODE, SOURCES, name, *words]
        return subprocess.run(command, stdin=terminal, capture_output=True, check=False, timeout=20)

    main_end, terminal = pty.openpty()
    try:
        with lab.cluster("flannel-vxlan", nodes=1, pods=1, name=name, rootless=rootless):
            assert entered("n1", "sh", "-c", "hostname; test -t 0 && pwd").stdout.decode().split() == ["n1", str(Path.cwd())]
            assert entered("sw", "ip", "-o", "link", "show", "sw0").returncode == 0
            assert entered("p1", "sh", "-c", "exit 9").returncode == 9
            assert entered("n1", "sh", "-c", "kill -TERM $$").returncode == 143
            assert entered("n1", "sh", "-c", "id -u").stdout == b"0\n"
    finally:
        os.close(main_end)
        os.close(terminal)
