"""What stands before each line of a block is taken off, and says whose the lines are."""

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Degree, Unread
from tests.readers.pasted import ROUTE, ROUTES, TWO_ROUTES, read, where


def test_a_block_in_an_item_of_a_list_is_read() -> None:
    """Its lines stand deeper than the item."""
    text = """* kube-1
  * `ip route`:
    ```
    default via 192.0.2.1 dev eth0
    ```
* kube-2
  * `ip route`:
    ```
    default via 192.0.2.2 dev eth0
    ```"""
    parts = [part for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert [(part.node.name, part.reader.name, [line for line in part.lines if line]) for part in parts] == [
        ("kube-1", "ip route", ["default via 192.0.2.1 dev eth0"]),
        ("kube-2", "ip route", ["default via 192.0.2.2 dev eth0"]),
    ]


@pytest.mark.parametrize(
    ("command", "numbers"),
    [
        ("ip route | cat -n", ["     1\t", "     2\t", "     3\t"]),
        ("ip route | nl -ba", ["     1\t", "     2\t", "     3\t"]),
        ("ip route | grep -n eth0", ["1:", "12:", "13:"]),
        ("ip route | grep -nA1 eth0", ["7:", "8-", "9-"]),
    ],
)
def test_numbers_before_lines_are_taken_off(command: str, numbers: list[str]) -> None:
    """What counts on belongs to the block; the next output has no numbers, or its own."""
    routes = ["default via 192.0.2.1 dev eth0", "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.7", ROUTE]
    lines = [f"root@n1:~# {command}", *map("".join, zip(numbers, routes, strict=True)), "root@n1:~# ip -o link"]
    own = ["1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000"]
    parts = list(Transcript("f.txt", NodeRef("f")).read([*lines, *own]))
    assert [(part.reader.name, part.lines) for part in parts if isinstance(part, Section)] == [
        ("ip route", routes),
        ("ip link", own),
    ]
    assert not [part for part in parts if isinstance(part, Unread)]


@pytest.mark.parametrize(
    "line", ["10:00:01 something", "2: eth0: <UP> mtu 1500", "12:34:56:78:9a:bc dev eth0", "   42 apples", "7:"]
)
def test_a_number_that_counts_nothing_stays(line: str) -> None:
    """A time, an index, a MAC: what stands behind it is no output by itself."""
    transcript = Transcript("f.txt", NodeRef("f"))
    list(transcript.read([line]))
    assert not transcript._before.numbers


@pytest.mark.parametrize(
    "before",
    ["n1: ", "n1\t", "192.0.2.1\t", "Nov 28 10:02:11 n1 netdump[221]: ", "2026-11-28T10:02:11+0000 n1 netdump[221]: "],
)
def test_what_names_the_host_before_each_line_is_taken_off(before: str) -> None:
    """pdsh, parallel --tag, the journal."""
    lines = ["+ ip r", *ROUTES.format(n=1).split("\n")] if "[" in before else ROUTES.format(n=1).split("\n")
    assert where("\n".join(before + line for line in lines)) == [
        (before.strip() if before[0] == "1" else "n1", "host", "ip route")
    ]


def test_what_other_programs_write_into_a_journal_is_a_log() -> None:
    """Between the lines of an output, too."""
    before, other = "Nov 28 10:02:11 n1 netdump[221]: ", "Nov 28 10:02:11 n1 kernel: eth1: link is up"
    lines = [f"{before}+ ip r", *(before + line for line in ROUTES.format(n=1).split("\n"))]
    sections, unread = read("\n".join((other, *lines[:2], other, lines[2])))
    assert [section[:3] for section in sections][:1] == [("n1", "host", "ip route")]
    assert all("kernel" in note.text for note in unread)


def test_a_list_of_lines_is_read() -> None:
    """Ansible prints `stdout_lines` so."""
    rows = ",\n".join(f'        "{line}"' for line in ROUTES.format(n=1).split("\n"))
    assert where(f'ok: [n1] => {{\n    "out.stdout_lines": [\n{rows}\n    ]\n}}') == [("n1", "host", "ip route")]


@pytest.mark.parametrize(
    ("prefixes", "places"),
    [
        (("[pod/diag-a/diag] ", "[pod/diag-b/diag] "), ["pod default/diag-a", "pod default/diag-b"]),
        (("diag-1  | ", "web-1   | "), ["container diag-1", "container web-1"]),
    ],
)
def test_logs_of_several_containers_are_parted_by_what_stands_before_their_lines(
    prefixes: tuple[str, ...], places: list[str]
) -> None:
    """`kubectl logs --prefix`, `docker compose logs`; what is typed below is the host's."""
    lines = ["$ kubectl logs -l app=diag --prefix"]
    for prefix in prefixes:
        lines += [f"{prefix}default via 10.244.1.1 dev eth0", f"{prefix}10.244.1.0/24 dev eth0 scope link"]
    lines += ["$ ip neigh", "192.0.2.2 dev eth0 FAILED"]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [f"{part.place.kind} {part.place.name}".strip() for part in parts] == [*places, "host"]
    assert [len(part.lines) for part in parts] == [2, 2, 1]


BEGINS = (
    "{n:>3} ", "{n:>7} ", "{n:>4}   │ ", "{n} | ", "{n}. ", "{n:>6}\t", "L{n}: ", "12:0{n} <alice> ", "[10:0{n}] alice: ",
    "30/11/2026, 12:0{n} - Alice: ", "alice: ", ": ",
)  # fmt: skip


@pytest.mark.parametrize("begin", BEGINS)
def test_what_stands_before_each_line_is_taken_off(begin: str) -> None:
    """Numbers of vim, less and bat, a chat's time and name, org-mode's colon."""
    text = ["### n1", "$ ip route", *TWO_ROUTES, "### n2", "$ ip route", *TWO_ROUTES]
    lines = [begin.format(n=number) + line for number, line in enumerate(text, 1)]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [(part.node.name, part.command, len(part.lines)) for part in parts if part.node.name != "t"][-1] == (
        "n2",
        "ip route",
        2,
    )
    assert len({id(part.node) for part in parts}) == len(parts) == 2


def test_a_history_of_commands_is_no_numbered_output() -> None:
    """Two spaces stand behind its numbers."""
    assert not list(Transcript("t", NodeRef("t")).read(["  501  ip route", "  502  ip neigh"]))[1:]


def test_what_two_people_show_may_be_of_two_machines() -> None:
    """The second one's output is in doubt until a heading or a prompt tells its place."""
    said = ["12:03 <alice> $ ip route", *(f"12:03 <alice> {line}" for line in TWO_ROUTES), "12:04 <bob> me too:"]
    said += ["12:05 <bob> $ ip route", *(f"12:05 <bob> {line}" for line in TWO_ROUTES), "12:06 <bob> root@n7:~# ip route"]
    said += [f"12:06 <bob> {line}" for line in TWO_ROUTES]
    parts = [part for part in Transcript("t", NodeRef("t")).read(said) if isinstance(part, Section)]
    assert [part.degree for part in parts] == [Degree.STATED, Degree.ASSUMED, Degree.SURE]


def test_a_person_who_goes_on_after_a_question_shows_the_same_machine() -> None:
    """As in an issue."""
    said = ["alice commented 3 days ago", "$ ip route", *TWO_ROUTES, "bob commented 2 days ago", "And the neighbours?"]
    said += ["alice commented yesterday", "$ ip neigh", "192.0.2.2 dev eth0 FAILED"]
    parts = [part for part in Transcript("t", NodeRef("t")).read(said) if isinstance(part, Section)]
    assert [part.degree for part in parts] == [Degree.STATED, Degree.STATED]
