"""Which lines are the output of which command."""

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Complete
from tests.readers.pasted import FDB, NEIGH, read


def test_ip_all_netns_exec_prints_where_it_is() -> None:
    """Each part belongs to the namespace that the line above it names."""
    text = f"$ ip -all netns exec ip neigh\n\nnetns: blue\n{NEIGH}\n\nnetns: red\n{NEIGH}"
    sections, unread = read(text)
    assert [s[1] for s in sections if s[1] != "host"] == ["netns:blue", "netns:red"]
    assert unread == []


def test_two_commands_of_one_line_share_its_output() -> None:
    """The line that podpath itself recommends is read back."""
    sections, unread = read(f"$ ip neigh show dev flannel.1; bridge fdb show dev flannel.1\n{NEIGH}\n{FDB}")
    assert [(s[2], s[4]) for s in sections] == [("ip neigh", 2), ("bridge fdb", 3)]
    assert unread == []


def test_a_command_that_printed_nothing_has_answered() -> None:
    """Its coverage is there, though no line is."""
    parts = list(Transcript("f", NodeRef("f")).read(["$ ip neigh show dev flannel.1", "$ bridge fdb show dev flannel.1", FDB]))
    assert [part.reader.name for part in parts if isinstance(part, Section)] == ["ip neigh", "bridge fdb"]


def complete(text: str) -> set[Complete]:
    """Return what the sections of a text say of their own completeness."""
    parts = Transcript("f", NodeRef("f")).read(text.split("\n"))
    return {coverage.complete for part in parts if isinstance(part, Section) for coverage in part.coverage}


def test_silence_means_absence_only_where_the_whole_was_printed() -> None:
    """A command line makes it sure, a shape probable, a filter or a failure nothing."""
    assert complete(f"$ ip neigh\n{NEIGH}") == {Complete.YES}
    assert complete(NEIGH) == {Complete.ASSUMED}
    assert complete(f"$ ip neigh | grep 10.42\n{NEIGH}") == {Complete.NO}
    assert complete(f"$ ip neigh\n{NEIGH}\nDump terminated") == {Complete.NO}
    assert complete(f"$ ip neigh show nud stale\n{NEIGH}") == {Complete.NO}


@pytest.mark.parametrize(
    "rules",
    [
        "Chain FORWARD (policy DROP)\ntarget     prot opt source               destination",
        "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}",
        "-P INPUT ACCEPT\n-P FORWARD DROP",
    ],
)
def test_a_route_ends_a_ruleset_that_no_line_ended(rules: str) -> None:
    """No ruleset holds such a line."""
    sections, _ = read(f"{rules}\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1\nnet.ipv4.ip_forward = 1\n")
    assert [part[2] for part in sections][1:] == ["ip route", "sysctl"]
    assert sections[1][4] == len(rules.splitlines()) + 1


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("root@n1:~# ip rule\n{r}\nroot@n1:~# ip neigh\n{n}\n{r}", ["sure", "sure", "assumed"]),
        ("root@n1:~# ip rule\n{r}\n{r}", ["sure", "assumed"]),
        ("$ ssh n1 ip rule; ssh n2 ip rule\n{r}\n{r}", ["sure", "sure"]),
        ("$ ip rule; ip -6 rule\n{r}\n{r}", ["stated"]),
        ("### n1\n{r}\n{n}", ["stated", "stated"]),
    ],
)
def test_an_output_whose_command_line_is_missing_has_no_place(text: str, degrees: list[str]) -> None:
    """Where prompts tell the place, and where a table begins anew."""
    rules = "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default"
    filled = text.format(r=rules, n="192.0.2.2 dev eth0 lladdr 02:00:5e:00:53:02 REACHABLE")
    parts = [part for part in Transcript("t", NodeRef("t")).read(filled.split("\n")) if isinstance(part, Section)]
    assert [str(part.degree) for part in parts] == degrees
