"""What a person asks of a pasted text by the command line: an earlier state, what to run, what leaves the hosts."""

from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.pasted.test_texts import PRINTED
from tests.walk.test_outside import docker

COMMANDS = ("ip -d link", "ip addr", "ip neigh", "bridge fdb", "ip rule")
LOST = [line for line in PRINTED["n1", "ip route"] if "10.244.2.0" not in line]


def ticket(said: str) -> tuple[str, int]:
    """Return a text in which a route was lost and came back, with the last line of the earlier state."""
    lines = []
    for host in ("n1", "n2"):
        for command in COMMANDS:
            lines += [f"root@{host}:~# {command}", *PRINTED[host, command]]
    lines += ["root@n2:~# ip route", *PRINTED["n2", "ip route"], "root@n1:~# ip route", *LOST]
    return "\n".join([*lines, said, "root@n1:~# ip route", *PRINTED["n1", "ip route"], ""]), len(lines)


@pytest.mark.parametrize("said", ["After a restart of flannel:", "", "Nach dem Neustart:"])
def test_the_later_state_counts_and_the_earlier_one_can_be_asked_for(
    said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the person has written between the two; the report says that one output replaces the other."""
    file = tmp_path / "ticket.txt"
    text, before = ticket(said)
    file.write_text(text)
    assert main(["check", str(file)]) == 0
    assert "output-replaced" in capsys.readouterr().out
    assert main(["check", "--as-of", str(before), str(file)]) == 1
    assert "peer-route-missing" in capsys.readouterr().out


def test_what_to_run_is_printed_alone_one_line_for_each_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line holds commands that can be pasted into that node's shell."""
    file = tmp_path / "ticket.txt"
    file.write_text(ticket("")[0])
    assert main(["trace", "node:n1", "node:n2", "--what-to-run", str(file)]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[::2] == ["# on n1", "# on n2"]
    assert all("sysctl" in line or "iptables-save" in line for line in lines[1::2])


@pytest.mark.parametrize(("options", "code"), [([], 3), (["--to-edge"], 0)])
def test_a_packet_that_leaves_is_well_up_to_the_edge(
    options: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By which device, and from which address."""
    file = tmp_path / "n1.txt"
    file.write_text(docker())
    assert main(["trace", "172.17.0.2", "8.8.8.8", *options, str(file)]) == code
    out = capsys.readouterr().out
    assert "eth0" in out
    assert "192.0.2.10" in out
