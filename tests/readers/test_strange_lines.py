"""Lines that no reader takes."""

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from tests.readers.pasted import NEIGH, ROUTES, read, where


def test_what_cannot_be_read_is_listed_with_its_lines() -> None:
    """Neighbouring lines are one place."""
    _, unread = read(f"hello there\nand more\n\n$ ip neigh\n{NEIGH}\n\nthat was it")
    assert [(item.first, item.last, item.text) for item in unread] == [(1, 2, "hello there"), (7, 7, "that was it")]


def test_an_empty_line_before_a_block_of_code_keeps_the_command() -> None:
    """The output is the command's, as Markdown writes it."""
    text = "### node n1\n\n`ip route`\n\n```\ndefault via 192.0.2.1 dev eth0\n```\n"
    (part,) = [part for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert (part.command, [line for line in part.lines if line.strip()]) == ("ip route", ["default via 192.0.2.1 dev eth0"])


def test_a_name_between_the_lines_of_an_output_is_the_next_hosts() -> None:
    """A loop printed it, whose own line was not pasted."""
    assert where(f"{ROUTES.format(n=1)}\nkube02\n{ROUTES.format(n=2)}") == [
        ("f", "host", "ip route"), ("kube02", "host", "ip route"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "complete"),
    [
        ("-bash: ip: command not found", "no"), ("-bash: ip: Kommando nicht gefunden.", "no"), ("(no output)", "yes"),
        ("", "yes"),
        ("Warning: Permanently added 'n2' (ED25519) to the list of known hosts.", "yes"),
    ],
)  # fmt: skip
def test_a_command_that_failed_has_not_shown_an_empty_table(said: str, complete: str) -> None:
    """In whatever language its error is; a person who says that it printed nothing is believed."""
    text = f"root@n1:~# ip route\n{said}\nroot@n1:~# ip rule\n0:\tfrom all lookup local"
    first = next(part for part in Transcript("t", NodeRef("t")).read(text.split("\n")) if isinstance(part, Section))
    assert [str(part.complete) for part in first.coverage] == [complete] * len(first.coverage)


def test_what_a_wrapper_says_stands_before_the_output() -> None:
    """The output is the command's all the same."""
    text = "$ ssh n2 ip neigh\nWarning: Permanently added 'n2' (ED25519) to the list of known hosts.\n192.0.2.1 dev eth0 FAILED"
    (part,) = [part for part in Transcript("t", NodeRef("t")).read(text.split("\n")) if isinstance(part, Section)]
    assert (part.node.name, str(part.degree), part.first) == ("n2", "sure", 3)


@pytest.mark.parametrize("head", ["{h}\n==\n", "{h} in ~ as root\n❯ ip neigh", "<p><b>{h}</b></p><pre><code>$ ip neigh"])
def test_forms_of_headings_that_take_more_than_their_own_line(head: str) -> None:
    """A line below the name, a prompt below it, a block in the same line."""
    text = "\n".join(f"{head.format(h=host)}\n192.0.2.9 dev eth0 FAILED\n" for host in ("n1", "n2"))
    parts = [part for part in Transcript("t", NodeRef("t")).read(text.split("\n")) if isinstance(part, Section)]
    assert [part.node.name for part in parts] == ["n1", "n2"]
