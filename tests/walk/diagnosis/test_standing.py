"""What is worth knowing of the container that a packet reaches."""

from podpath.state.trace import Verdict
from tests.walk.diagnosis.roots.test_containers import inspected
from tests.walk.pasted import node, trace, world

LISTENING = (
    "# ss -tlnp\nState  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n"
    'LISTEN 0      128          0.0.0.0:8080      0.0.0.0:*     users:(("{}",pid=822,fd=3))\n'
)


def test_a_port_that_another_program_took_from_a_container_is_told() -> None:
    """The packet arrives, at the program that has the port."""
    text = node(1, inspected("created", code=128), LISTENING.format("python3"))
    told = trace(world({"n1": text, "n2": node(2)}), "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.verdict is Verdict.DELIVERED
    assert "shop needs tcp port 8080 of n1, but was created and never started" in told.remarks


def test_the_proxy_of_a_running_container_is_no_other_program() -> None:
    """docker-proxy holds the port for it."""
    text = node(1, inspected("running", pid=7), LISTENING.format("docker-proxy"))
    told = trace(world({"n1": text, "n2": node(2)}), "n2", "192.168.0.1", proto="tcp", port=8080)
    assert not any("wants tcp port" in remark for remark in told.remarks)
