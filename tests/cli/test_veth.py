"""``podpath veth``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main, parser

TEXT = """\
# ip -d link show
12: vethd030a3f@if11: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP
    link/ether 8e:6c:c9:fb:56:aa brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
# docker exec web ip -d addr show
11: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0
"""


@pytest.fixture
def pasted(tmp_path: Path) -> str:
    """Return a file with a host and a container."""
    file = tmp_path / "h.txt"
    file.write_text(TEXT)
    return str(file)


def test_a_snapshot_is_read_like_a_node(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """From pasted text, by name."""
    assert main(["veth", "web", "--from", pasted]) == 0
    title, line = capsys.readouterr().out.splitlines()
    assert title.startswith("CONTAINER")
    assert {"web", "172.17.0.2/16", "vethd030a3f", "docker0", "up"} <= set(line.split())


def test_json_goes_to_standard_output_alone(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs."""
    assert main(["veth", "--format", "json", "--from", pasted]) == 0
    (row,) = json.loads(capsys.readouterr().out)["interfaces"]
    assert (row["container"], row["interface"], row["outside"], row["bridge"]) == ("web", "eth0", "vethd030a3f", "docker0")


def test_the_hosts_interface_leads_to_its_container(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The question the other way round."""
    assert main(["veth", "vethd030a3f", "--from", pasted]) == 0
    assert "web" in capsys.readouterr().out


def test_a_name_that_nobody_has_is_told_with_those_there_are(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And what was perhaps meant."""
    assert main(["veth", "wep", "--from", pasted]) == 2
    assert 'no container, pod or namespace is called "wep"; did you mean web?' in capsys.readouterr().err


def test_a_file_among_the_words_is_a_snapshot(pasted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As in every other command; a bare name is a container's, even if a directory is called so."""
    assert main(["veth", "--from", pasted, "web"]) == 0
    named = capsys.readouterr().out
    assert main(["veth", pasted, "web"]) == 0
    assert capsys.readouterr().out == named


def test_a_directory_is_a_snapshot_where_its_name_has_a_slash(pasted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`podpath veth web` means the container."""
    folder = Path(pasted).parent
    (folder / "web").mkdir()
    monkeypatch.chdir(folder)
    parsed = parser().parse_args(["veth", "web", "./web", Path(pasted).name, "-"])
    assert (parsed.names, parsed.snapshots) == (["web"], ["./web", Path(pasted).name, "-"])


def test_a_name_that_no_file_can_have_is_a_containers() -> None:
    """Too long for one, or with a null byte."""
    parsed = parser().parse_args(["veth", "x" * 5000, "a\0b"])
    assert (len(parsed.names), parsed.snapshots) == (2, [])
