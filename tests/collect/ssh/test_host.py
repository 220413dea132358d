"""How people write a host."""

import pytest

from podpath.collect.files import InputError
from podpath.collect.ssh.host import parse_host, spelled, stated_address
from podpath.state.address import parse_ip


@pytest.mark.parametrize(
    ("word", "name", "target", "user", "port"),
    [
        ("n1", "n1", "n1", None, None),
        ("root@n1.example", "n1.example", "n1.example", "root", None),
        ("root@n1:2222", "n1:2222", "n1", "root", 2222),
        ("ssh://admin@n1:22/", "n1:22", "n1", "admin", 22),
        ("fd00::1", "fd00::1", "fd00::1", None, None),
        ("[fd00::1]:22", "fd00::1:22", "fd00::1", None, 22),
        ("fe80::1%eth0", "fe80::1%eth0", "fe80::1%eth0", None, None),
        ("user@realm@n1", "n1", "n1", "user@realm", None),
    ],
)
def test_a_host_as_people_write_it(word: str, name: str, target: str, user: str | None, port: int | None) -> None:
    """Name, address of either family, user, port."""
    host = parse_host(word, "--ssh")
    assert (host.name, host.target, host.user, host.port) == (name, target, user, port)
    assert parse_host(spelled(host), "again") == host


@pytest.mark.parametrize(
    "word", ["-oProxyCommand=reboot", "n1;reboot", "$(reboot)", "a b", "", "@", "x@", "n1:ssh", "n1:70000", "[::1", "-l@n1"]
)
def test_what_is_no_host_is_refused(word: str) -> None:
    """An option in disguise, words for a shell, a port that is none; the complaint says where it stood."""
    with pytest.raises(InputError, match=r"hosts\.txt:3: "):
        parse_host(word, "hosts.txt:3")


def test_an_address_is_stated_by_itself() -> None:
    """And a name states none."""
    assert stated_address("10.0.0.1") == parse_ip("10.0.0.1")
    assert stated_address("n1") is None
    assert parse_host("10.0.0.1:22", "").address == parse_ip("10.0.0.1")
