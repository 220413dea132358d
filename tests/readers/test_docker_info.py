"""What an engine warns of; the engine itself is the judge."""

import subprocess

import pytest

from podpath.readers.docker_info import READER
from podpath.state.host import Sysctl
from tests.engines import docker
from tests.readers.helper import rows

TEXT = """\
Client:
 Context:    default
 Debug Mode: false

Server:
 Containers: 2
  Running: 1
 Server Version: 20.10.24+dfsg1
 Plugins:
  Network: bridge host ipvlan macvlan null overlay
 Name: n1
 Live Restore Enabled: false

WARNING: bridge-nf-call-iptables is disabled
WARNING: IPv4 forwarding is disabled
"""


def test_a_warning_names_a_setting_that_is_off() -> None:
    """A bridge's packets skip iptables where the setting is missing, too: that warning gives no value."""
    assert rows(READER, "docker info", TEXT) == [Sysctl("net.ipv4.ip_forward", "0")]
    assert READER.accepts(["docker", "info", "-f", "{{.ID}}"]) is None


@pytest.mark.root
@pytest.mark.long
def test_a_real_engine_warns_so() -> None:
    """Once forwarding is off on its host."""
    with docker() as engine:
        engine.exec("sysctl", "-w", "net.ipv4.ip_forward=0")
        done = subprocess.run(["docker", "-H", f"unix://{engine.socket}", "info"], capture_output=True, text=True, check=True)
    assert rows(READER, "docker info", done.stdout + done.stderr) == [Sysctl("net.ipv4.ip_forward", "0")]
