"""A list of commands that nobody ran says nothing of any table."""

import pytest

from podpath.snapshot.load import load_text
from podpath.snapshot.store import Store

RECIPE = """\
Try these basic commands to know more:

user@debian:~$ sudo nft list ruleset
user@debian:~$ sudo ip neigh
user@debian:~$ iptables -S

System service:

user@debian:~$ sudo systemctl enable nftables.service
"""


def read(text: str) -> tuple[set[str], list[str]]:
    """Return the commands whose output is seen, and what is said of the rest."""
    with Store() as store:
        load_text(store, "text", "text", None, text.splitlines())
        store.flush()
        seen = {str(command) for (command,) in store.raw("SELECT command FROM source")}
        return seen, [str(reason) for (reason,) in store.raw("SELECT reason FROM unread")]


def test_commands_of_which_none_printed_anything_say_nothing() -> None:
    """The text is told to be unread instead."""
    seen, unread = read(RECIPE)
    assert seen == set()
    assert any("no command of this text printed anything" in reason for reason in unread)


@pytest.mark.parametrize("first", [True, False])
def test_a_silent_command_says_that_a_table_is_empty_where_another_printed_something(first: bool) -> None:  # noqa: FBT001
    """Whether the other stands before it or behind it."""
    routes = "user@debian:~$ ip route\ndefault via 192.0.2.1 dev eth0\n"
    silent = "user@debian:~$ ip neigh\n"
    seen, _ = read(routes + silent if first else silent + routes)
    assert seen == {"ip neigh", "ip route"}


@pytest.mark.parametrize(
    "text",
    ["test that checks the\n interface: statements.\n\nAnother day\n", "Name: foo\nField1: ...\nField2: ...\nName: bar\n"],
    ids=["wg show", "ipset"],
)
def test_a_first_line_alone_is_no_output(text: str) -> None:
    """`interface: …` and `Name: …` stand in any text; WireGuard and ipset print more."""
    assert read(text)[0] == set()


def test_an_output_without_its_command_line_is_known_by_its_second_line() -> None:
    """Of WireGuard and of ipset."""
    assert read("interface: wg0\n  listening port: 51820\n")[0] == {"wg show"}
    assert read("Name: kube\nType: hash:ip\n")[0] == {"ipset"}
