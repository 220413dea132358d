"""``docker inspect -f``: the templates that people use to learn addresses, and what Docker 27 prints for them."""

import pytest

from podpath.readers.docker_inspect_format import READER
from podpath.state.address import parse_ip
from podpath.state.runtime import ContainerAddress
from tests.readers.helper import unclaimed

RANGE = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"


def address(name: str, network: str, ip: str) -> ContainerAddress:
    """Return a row."""
    return ContainerAddress(name, network, parse_ip(ip))


@pytest.mark.parametrize(
    ("template", "names", "printed", "expected"),
    [
        ("{{.NetworkSettings.IPAddress}}", ["web"], "172.17.0.2", [address("web", "bridge", "172.17.0.2")]),
        (RANGE, ["web", "db"], "172.18.0.2\n172.18.0.3", [address("web", "", "172.18.0.2"), address("db", "", "172.18.0.3")]),
        ("{{.Name}} - " + RANGE, ["x"], "/web - 172.18.0.2", [address("web", "", "172.18.0.2")]),
        ("{{ .NetworkSettings.Networks.app.IPAddress }}", ["web"], "172.18.0.2", [address("web", "app", "172.18.0.2")]),
        (
            "{{.Name}}: {{range $net, $conf := .NetworkSettings.Networks}}{{$net}}={{$conf.IPAddress}} {{end}}", ["web"],
            "/web: app=172.18.0.2 back=172.19.0.2", [address("web", "app", "172.18.0.2"), address("web", "back", "172.19.0.2")],
        ),
        ("{{.Name}} {{.State.Status}} {{.NetworkSettings.IPAddress}}", ["web"], "/web exited", []),
        (RANGE, ["web", "db"], "172.18.0.2", []),
        (
            "{{.NetworkSettings.IPAddress}} {{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}", ["web"],
            "172.17.0.2 bridge", [address("web", "bridge", "172.17.0.2")],
        ),
    ],
)  # fmt: skip
def test_a_template_tells_where_each_address_stands(
    template: str, names: list[str], printed: str, expected: list[ContainerAddress]
) -> None:
    """Names come from the output or from the command line; two names and one line tell nothing."""
    words = ["docker", "inspect", "-f", template, *names]
    assert READER.accepts(words) is not None
    assert READER.read is not None
    lines = printed.split("\n")
    assert unclaimed(READER, lines) == []
    assert [row for _, row in READER.read(words, lines)] == expected


@pytest.mark.parametrize("template", ["{{.State.Pid}}", "{{json .NetworkSettings}}", "{{if .State.Running}}{{.Name}}{{end}}", "",
                                      "{{.Name}} {{.Name}} {{.NetworkSettings.IPAddress}}", "{{.A}} " * 300 + RANGE])  # fmt: skip
def test_other_templates_are_not_read(template: str) -> None:
    """They print no address, or this reader does not know what."""
    assert READER.accepts(["docker", "inspect", "--format", template, "web"]) is None
