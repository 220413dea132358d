"""Programs that take a connection and ask on: named with what is behind them. tests/kernel/test_docker_host.py has a real one."""

import pytest

from tests.walk.pasted import node, trace, world

LISTENS = (
    "# ss -tlnp\nState Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* {}\n"
)
PUBLISHED = (
    "# docker inspect web\n"
    '[{"Id": "d0c3e7a1b2f4", "Name": "/web", "State": {"Status": "running", "Pid": 7}, "HostConfig": {"NetworkMode": "bridge"},'
    ' "Config": {}, "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}, "Networks": {}}}]\n'
)


@pytest.mark.parametrize(
    ("process", "published", "remarks"),
    [
        (
            'users:(("docker-proxy",pid=7,fd=4))',
            PUBLISHED,
            ("docker-proxy takes it, and asks web in its turn, as n1: podpath trace n1 web --proto tcp --port 80",),
        ),
        (
            "",
            PUBLISHED,
            ("the engine's proxy takes it, and asks web in its turn, as n1: podpath trace n1 web --proto tcp --port 80",),
        ),
        ('users:(("rootlessport",pid=7,fd=4))', "", ("rootlessport takes it, and asks a container in its turn, as n1",)),
        ('users:(("nginx",pid=7,fd=4))', PUBLISHED, ()),
        ("", "", ()),
    ],
)
def test_a_program_that_asks_on_is_named(process: str, published: str, remarks: tuple[str, ...]) -> None:
    """By its own name, or by the port that an engine publishes; any other listener is the end."""
    shown = world({"n1": node(1, LISTENS.format(process), published), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.remarks == remarks
