"""What is typed at prompts: commands, variables, loops."""

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Complete, Degree
from tests.readers.pasted import NEIGH, ROUTES, read, where


@pytest.mark.parametrize("line", ["ip neigh", "# ip neigh", "`ip neigh`", "=== ip neigh ===", "1. ip neigh:", "执行 ip neigh:"])
def test_a_command_alone_or_decorated_is_a_command(line: str) -> None:
    """However people mark what they typed."""
    sections, unread = read(f"{line}\n{NEIGH}")
    assert [(s[2], s[3]) for s in sections] == [("ip neigh", "ip neigh")]
    assert unread == []


@pytest.mark.parametrize("line", ["route looks fine", "ip addresses of the node", "arp table:", "see the bridge fdb below"])
def test_prose_is_no_command(line: str) -> None:
    """Every word of a command line must be one of the command's own."""
    _, unread = read(line)
    assert [item.text for item in unread] == [line]


def test_a_loop_over_machines_names_each_before_its_output() -> None:
    """The first of them, too."""
    text = """$ for h in a1 a2; do echo "=== $h"; ssh $h ip route; done
=== a1
default via 192.0.2.1 dev eth0
=== a2
default via 192.0.2.2 dev eth0"""
    parts = list(Transcript("f", NodeRef("f")).read(text.split("\n")))
    assert [(part.node.name, part.place.kind) for part in parts if isinstance(part, Section)] == [("a1", "host"), ("a2", "host")]
    assert len(parts) == 2


@pytest.mark.parametrize(
    ("typed", "told", "places"),
    [
        ("$ for h in alpha beta; do echo $h; ssh $h ip r; done", ("alpha", "beta"), [("alpha", "host"), ("beta", "host")]),
        (
            "for h in alpha beta; do echo \"== $h\"; ssh $h 'ip r'; done",
            ("== alpha", "== beta"),
            [("alpha", "host"), ("beta", "host")],
        ),
        (
            "$ for c in web db; do echo $c; docker exec $c ip r; done",
            ("web", "db"),
            [("f", "container:web"), ("f", "container:db")],
        ),
        (
            "$ for c in web db; do\n> echo $c\n> docker exec $c ip r\n> done",
            ("web", "db"),
            [("f", "container:web"), ("f", "container:db")],
        ),
        (
            "$ for n in red blue; do echo $n; ip netns exec $n ip r; done",
            ("red", "blue"),
            [("f", "netns:red"), ("f", "netns:blue")],
        ),
        (
            "$ ansible all -b -m shell -a 'ip r'",
            ("n1 | CHANGED | rc=0 >>", "n2 | CHANGED | rc=0 >>"),
            [("n1", "host"), ("n2", "host")],
        ),
    ],
)
def test_each_turn_of_a_loop_has_its_place(typed: str, told: tuple[str, str], places: list[tuple[str, str]]) -> None:
    """The value that it prints is put into its commands."""
    text = "\n".join((typed, told[0], ROUTES.format(n=1), told[1], ROUTES.format(n=2)))
    assert where(text) == [(*place, "ip route") for place in places]


def test_a_loop_over_containers_that_prints_no_name_says_nothing() -> None:
    """Two containers' routes are not those of one called `$c`."""
    text = f"$ for c in web db; do docker exec $c ip r; done\n{ROUTES.format(n=1)}\n{ROUTES.format(n=2)}"
    assert where(text) == []


def test_words_of_the_command_hold_for_each_host_of_a_loop() -> None:
    """`ip neigh show dev X` does not print the device."""
    entry = "10.244.{n}.0 lladdr 02:00:5e:00:53:0{n} PERMANENT"
    typed = "$ pdsh -w n1,n2 ip neigh show dev flannel.1"
    sections = [part for part in Transcript("f.txt", NodeRef("f")).read(
        [typed, f"n2: {entry.format(n=1)}", f"n1: {entry.format(n=2)}"]) if isinstance(part, Section)]  # fmt: skip
    assert [(one.node.name, one.words[-1]) for one in sections] == [("n2", "flannel.1"), ("n1", "flannel.1")]
    assert {part.complete for one in sections for part in one.coverage} == {Complete.ASSUMED}, "lines of hosts are mixed"


def test_the_commands_that_a_script_shows_ran_where_it_did() -> None:
    """`ssh n1 sh -x …`, until the next prompt."""
    assert where(f"$ ssh n1 sh -x dump.sh\n+ ip r\n{ROUTES.format(n=1)}\n$ ip r\n{ROUTES.format(n=2)}") == [
        ("n1", "host", "ip route"), ("f", "host", "ip route"),
    ]  # fmt: skip


def test_a_process_in_a_variable_is_a_place() -> None:
    """Set by a number, or by a command that prints one."""
    text = "$ PID=$(docker inspect -f '{{.State.Pid}}' web)\n$ nsenter -t $PID -n ip r\n" + ROUTES.format(n=1)
    assert where(text) == [("f", "container:web", "ip route")]


def test_a_table_below_the_words_of_echo_is_in_doubt() -> None:
    """The line of its own command was not pasted, and may have named a container."""
    sections = [part for part in Transcript("f.txt", NodeRef("f")).read(
        ["root@n1:~# echo $PID", "4242", *ROUTES.format(n=1).split("\n")]) if isinstance(part, Section)]  # fmt: skip
    assert [section.degree for section in sections] == [Degree.ASSUMED]


def test_a_variable_may_be_set_at_a_lone_hash() -> None:
    """The next command is in that container."""
    lines = [
        "# PID=$(docker inspect -f '{{.State.Pid}}' web)",
        "# nsenter -t $PID -n ip route",
        "default via 172.17.0.1 dev eth0",
    ]
    (part,) = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert (part.place.kind, part.place.name) == ("container", "web")
