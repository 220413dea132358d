"""Where hosts come from."""

from pathlib import Path

import pytest

from podpath.collect.files import InputError
from podpath.collect.ssh.hosts import read_hosts

INI = "[nodes]\nn[1:2] ansible_user=root\n"
YAML = "all:\n  hosts:\n    n1: {ansible_host: 10.0.0.1}\n"
KUBE = '{"items": [{"metadata": {"name": "n1"}, "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}}]}'
PLAIN = "# our nodes\n\nroot@n1   # the first\n10.0.0.2 n2\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("hosts.txt", PLAIN, [("n1", "n1", "root"), ("n2", "10.0.0.2", None)]),
        ("inventory", INI, [("n1", "n1", "root"), ("n2", "n2", "root")]),
        ("inventory.yaml", YAML, [("n1", "10.0.0.1", None)]),
        ("nodes.json", KUBE, [("n1", "10.0.0.1", None)]),
    ],
)
def test_a_file_is_known_by_what_is_in_it(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    """One host on each line, an inventory in ini or YAML, what kubectl printed."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [(host.name, host.target, host.user) for host in read_hosts([f"@{tmp_path / name}"])] == expected


def test_each_host_is_asked_once() -> None:
    """The same word twice is one host; one name with two ways to it are two, with two names."""
    assert [host.name for host in read_hosts(["n1,n2", "n1", "root@n1", "root@n1"])] == ["n1", "n2", "n1 (2)"]


def test_a_file_that_is_not_there_is_told() -> None:
    """By its name."""
    with pytest.raises(InputError, match=r"/no/such: No such file"):
        read_hosts(["@/no/such"])


def test_a_line_that_is_no_host_is_told_with_its_number(tmp_path: Path) -> None:
    """File and line."""
    (tmp_path / "hosts.txt").write_text("n1\n-oProxyCommand=x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"hosts\.txt:2: "):
        read_hosts([f"@{tmp_path / 'hosts.txt'}"])
