"""Lines of chats are told from those of logs and of several hosts."""

import pytest

from podpath.readers.chat import message, message_head


@pytest.mark.parametrize(
    ("line", "who", "text"),
    [
        ("12:03 <alice> ip route", "alice", "ip route"),
        ("12:03 < alice> 1: lo: <LOOPBACK>", "alice", "1: lo: <LOOPBACK>"),
        ("[12:03:22] <@al> hi", "al", "hi"),
        ("2026-11-30 12:03:15 <al>     inet 192.0.2.1/24", "al", "    inet 192.0.2.1/24"),
        ("12:03:15     alice | hi", "alice", "hi"),
        ("30/11/2026, 12:03 - Bob Smith: ip a", "Bob Smith", "ip a"),
        ("[30/11/2026, 12:03:22] Bob: hi", "Bob", "hi"),
        ("[10:22] bob: hi", "bob", "hi"),
        ("<bob> hi", "bob", "hi"),
        ("bob: $ ip route", "bob", "$ ip route"),
    ],
)
def test_a_message_has_a_person_and_a_text(line: str, who: str, text: str) -> None:
    """The space before the text stays: outputs are indented."""
    said = message(line)
    assert said is not None
    assert (said.who, said.text) == (who, text)


@pytest.mark.parametrize(
    "line", ["192.0.2.1: ok", "[12:03:11] root@n1:~# ip a", "eth0: flags=4163<UP>", "n1: default via 192.0.2.1 dev eth0", ""]
)
def test_what_is_no_message(line: str) -> None:
    """A prompt with a time, a device, a host's name before its output."""
    assert message(line) is None


def test_a_known_name_with_a_colon_is_enough() -> None:
    """Once that person has spoken."""
    said = message("bob: default via 192.0.2.1 dev eth0", "bob")
    assert said is not None
    assert said.text == "default via 192.0.2.1 dev eth0"


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("alice  12:03 PM", "alice"),
        ("alice [12:03 PM]", "alice"),
        ("Alice B, [30.11.2026 12:03]", "Alice B"),
        ("alice, [Nov 30, 2026 at 12:03:11 PM]:", "alice"),
        ("[30.11.2026 12:03] alice:", "alice"),
        ("alice — Today at 12:03 PM", "alice"),
        ("张三 2026/11/30 10:22:33", "张三"),
        ("alice commented 3 days ago", "alice"),
        ("On Mon, Nov 30, 2026 at 10:00 AM Bob wrote:", "Bob"),
        ("On Mon, 30 Nov 2026 at 10:00, Bob <bob@example.com> wrote:", "Bob"),
    ],
)
def test_a_line_of_its_own_says_who_wrote(line: str, who: str) -> None:
    """The message stands below it."""
    said = message_head(line)
    assert said is not None
    assert (said.who, said.text) == (who, "")


@pytest.mark.parametrize("line", ["On node n1:", "ip route 12", "2: eth0: <UP>", "I wrote this at noon", "n1:"])
def test_what_says_nobodys_name(line: str) -> None:
    """Headings, outputs, sentences."""
    assert message_head(line) is None
