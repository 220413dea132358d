"""Published ports that lead to nobody, by what the engine says of the container."""

import json

import pytest

from podpath.state.trace import Verdict
from podpath.walk.endpoints import EndpointError, endpoint
from tests.walk.pasted import node, trace, world

IDENT = "0a6a87e1dce900767a9fb3dfc54686beb50e634b7890727f77fcbd8cc93e669a"


def inspected(state: str, *, address: str = "", code: int = 0, mode: str = "bridge", pid: int = 0) -> str:
    """Return what ``docker inspect`` prints of one container that publishes port 8080."""
    ports = {"80/tcp": [{"HostIp": address, "HostPort": "8080"}]}
    return "# docker inspect shop\n" + json.dumps([{
        "Id": IDENT, "Name": "/shop", "Config": {"Image": "nginx"}, "RestartCount": 0,
        "State": {"Status": state, "Pid": pid, "ExitCode": code}, "HostConfig": {"NetworkMode": mode, "PortBindings": ports},
        "NetworkSettings": {"Ports": ports if pid else {}, "Networks": {}},
    }], indent=1)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [("exited", 137, "is not running (exit code 137)"), ("created", 128, "was created and never started"),
     ("restarting", 3, "keeps exiting (exit code 3) and restarting")],
)  # fmt: skip
def test_a_closed_port_is_that_of_a_container_that_does_not_run(state: str, code: int, said: str) -> None:
    """The trace names it, its state and its exit code."""
    shown = world({"n1": node(1, inspected(state, code=code)), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.verdict is Verdict.REFUSED
    assert told.cause is not None
    assert told.cause.check == "container-not-running"
    assert told.cause.summary == f"shop, whose port 80 is published as 8080 of n1, {said}"
    assert told.cause.fix_lines[-1] == "on n1: docker start shop"


def test_a_port_that_is_published_on_loopback_is_closed_to_others() -> None:
    """The proxy's listener is not to blame."""
    shown = world({"n1": node(1, inspected("running", address="127.0.0.1", pid=822)), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8080)
    assert told.cause is not None
    assert told.cause.check == "published-on-loopback"
    assert "on 127.0.0.1 only, not on 192.168.0.1" in told.cause.summary


@pytest.mark.parametrize(
    ("mode", "asked", "port", "said"),
    [
        ("default", {}, 80, "nothing listens on port 80 of n1: shop has a port of this number, but does not publish it"),
        ("host", {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}, 8080,
         "nothing listens on port 8080 of n1: shop has the network of the host, and -p 8080:80 has no effect there"),
        ("host", {}, 80, ""),
        ("default", {}, 53, ""),
    ],
)  # fmt: skip
def test_a_port_that_is_not_published_is_told_where_the_host_refuses(mode: str, asked: object, port: int, said: str) -> None:
    """The image names port 80 of TCP; a container with the host's network has no other address to be reached at."""
    item = {"Id": IDENT, "Name": "/shop", "Config": {"Image": "nginx", "ExposedPorts": {"80/tcp": {}, "53/udp": {}}},
            "State": {"Status": "running", "Pid": 822}, "HostConfig": {"NetworkMode": mode, "PortBindings": asked},
            "NetworkSettings": {"Ports": {}, "Networks": {}}}  # fmt: skip
    shown = world({"n1": node(1, "# docker inspect shop\n" + json.dumps([item], indent=1)), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=port)
    assert told.verdict is Verdict.REFUSED
    assert told.cause is not None
    assert (told.cause.summary if told.cause.check == "port-not-published" else "") == said


def test_another_port_keeps_its_own_cause() -> None:
    """What nobody publishes is closed for its own reason."""
    shown = world({"n1": node(1, inspected("exited", code=137)), "n2": node(2)})
    told = trace(shown, "n2", "192.168.0.1", proto="tcp", port=8081)
    assert told.cause is not None
    assert told.cause.check == "target-not-listening"


@pytest.mark.parametrize(
    ("state", "mode", "said"),
    [("exited", "bridge", r"shop is not running \(exit code 1\).*docker start shop"),
     ("running", "none", r"--network none\): docker network disconnect none shop; docker network connect bridge shop")],
)  # fmt: skip
def test_the_name_of_a_container_without_a_network_says_why(state: str, mode: str, said: str) -> None:
    """Instead of "nothing is called shop"."""
    shown = world({"n1": node(1, inspected(state, code=1, mode=mode))})
    with pytest.raises(EndpointError, match=said):
        endpoint(shown, "shop")
