"""Pasted text to sections."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Degree, Unread
from tests.readers.pasted import FDB, NEIGH, ROUTE, TWO_ROUTES, read

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.txt")), ids=lambda path: path.name)
def test_no_line_of_the_samples_is_unread(path: Path) -> None:
    """Real output that others pasted is read whole."""
    sections, unread = read(path.read_text(encoding="utf-8").rstrip("\n"))
    assert unread == []
    assert sections


def test_a_prompt_says_whose_output_follows() -> None:
    """The command line is kept, and the lines are counted from one."""
    sections, unread = read(f"[root@localhost ~]# ip neigh\n{NEIGH}\n\n[root@localhost ~]# bridge fdb\n{FDB}")
    assert sections == [("f", "host", "ip neigh", "ip neigh", 2), ("f", "host", "bridge fdb", "bridge fdb", 5)]
    assert unread == []


def test_output_without_a_command_is_known_by_its_shape() -> None:
    """Tables pasted one after another are told apart."""
    sections, unread = read(f"{ROUTE}\n{NEIGH}\n{FDB}")
    assert [(name, command) for _, _, name, command, _ in sections] == [
        ("ip route", ""),
        ("ip neigh", ""),
        ("bridge fdb", ""),
    ]
    assert unread == []


def test_headings_start_other_nodes() -> None:
    """In any language, until the next heading."""
    text = f"### 节点 10.0.0.1 的输出:\n$ ip neigh\n{NEIGH}\n### node n2\n$ ip neigh\n{NEIGH}"
    sections, unread = read(text)
    assert [s[0] for s in sections] == ["10.0.0.1", "n2"]
    assert unread == []


def test_prompts_of_several_hosts_are_several_nodes() -> None:
    """Without headings each node is named by its prompt."""
    parts = list(Transcript("f", NodeRef("f")).read(f"[root@n1 ~]# ip neigh\n{NEIGH}\n[root@n2 ~]# ip neigh".split("\n")))
    assert [part.node.name for part in parts if isinstance(part, Section)] == ["n1", "n2"]


def test_one_host_in_the_prompts_leaves_the_file_its_name() -> None:
    """A file with no heading is one node, named after the file."""
    sections, _ = read(f"[root@n1 ~]# ip neigh\n{NEIGH}\n[root@n1 ~]# bridge fdb\n{FDB}")
    assert [s[0] for s in sections] == ["f", "f"]


def test_wrappers_say_the_namespace() -> None:
    """Docker exec, ip netns exec, ssh and an interactive shell in a container."""
    text = f"""\
[root@h ~]# docker exec web ip neigh
{NEIGH}
[root@h ~]# ip netns exec blue ip neigh
{NEIGH}
[root@h ~]# docker exec -it db sh
/ # ip neigh
{NEIGH}
/ # exit
[root@h ~]# ip neigh
{NEIGH}
[root@h ~]# ssh n9 ip neigh
{NEIGH}"""
    sections, unread = read(text)
    assert [(s[0], s[1]) for s in sections] == [
        ("f", "container:web"), ("f", "netns:blue"), ("f", "container:db"), ("f", "host"), ("n9", "host"),
    ]  # fmt: skip
    assert unread == []


FAKES = ["", "{", "[", '[{"a": 1', "]", "netns: x", "prose here", "exit", "==> a <==", "\x1b[0m", "2: eth0: <UP> mtu 1"]
TYPED = ["$ ip neigh", "### node n1", "[root@n1 ~]# docker exec -it x sh", "$ ip a; ip r"]
LINES = st.sampled_from([NEIGH, FDB, ROUTE, *FAKES, *TYPED])


@given(st.lists(LINES, max_size=30))
def test_no_line_is_lost_and_none_read_twice(lines: list[str]) -> None:
    """Every line that is not blank is a prompt, a heading, in one section, or unread; sections do not overlap."""
    seen: set[int] = set()
    for part in Transcript("f", NodeRef("f")).read(lines):
        if isinstance(part, Section):
            held = {part.first + at: line for at, line in enumerate(part.lines) if line.strip()}
            assert not held.keys() & seen
            seen |= held.keys()
            assert held == {number: lines[number - 1] for number in held}


def test_what_other_commands_print_starts_no_node() -> None:
    """A name with an address in /etc/hosts, an answer of dig, the branches of a table: none of them is a heading."""
    sections, _ = read(f"[root@n1 ~]# cat /etc/hosts\n192.168.1.5 n2\n[root@n1 ~]# dig +short n3\n10.0.0.3\n"
                       f"[root@n1 ~]# cat /proc/net/fib_trie\nMain:\n     |-- 172.20.11.255\n        /32 link BROADCAST\n"
                       f"[root@n1 ~]# ip route\n{ROUTE}")  # fmt: skip
    assert [(node, reader) for node, _, reader, _, _ in sections] == [
        ("f", "nmcli"),
        ("f", "dig"),
        ("f", "nmcli"),
        ("f", "ip route"),
    ]


def test_what_a_server_sent_starts_no_node() -> None:
    """`curl` prints the name or the address of whom it asked."""
    sections, _ = read(f"$ curl -s http://192.0.2.9/hostname\nworker-2\n192.0.2.9\n$ ip route\n{ROUTE}")
    assert [(node, reader) for node, _, reader, _, _ in sections] == [("f", "curl"), ("f", "ip route")]


@pytest.mark.parametrize(
    "text",
    [
        f"---------------\nn1\n---------------\n{NEIGH}\n---------------\nn2\n---------------\n{NEIGH}",
        f"Every 2.0s: ip neigh      n1: Sun Nov 22 10:00:00 2026\n\n{NEIGH}\n\n"
        f"Every 2.0s: ip neigh      n2: Sun Nov 22 10:00:00 2026\n\n{NEIGH}",
        f"# hostname\nn1\n# ip neigh\n{NEIGH}\n# hostname\nn2\n# ip neigh\n{NEIGH}",
        f"+ hostname\nn1\n+ ip neigh\n{NEIGH}\n+ hostname\nn2\n+ ip neigh\n{NEIGH}",
        f"n1% ip neigh\n{NEIGH}\nn2% ip neigh\n{NEIGH}",
        f"[2026-11-22 10:00:01] root@n1:~# ip neigh\n{NEIGH}\n[2026-11-22 10:00:02] root@n2:~# ip neigh\n{NEIGH}",
        f"$ kubectl debug node/n1 -it --image=busybox -- chroot /host\n# ip neigh\n{NEIGH}\n"
        f"$ kubectl debug node/n2 -it --image=busybox -- chroot /host\n# ip neigh\n{NEIGH}",
    ],
    ids=["clush", "watch", "hostname", "set -x", "zsh", "dated prompt", "kubectl debug"],
)
def test_two_nodes_in_one_text_are_two(text: str) -> None:
    """However the tool or the shell says where a part ran."""
    parts = list(Transcript("f", NodeRef("f")).read(text.split("\n")))
    nodes = [id(part.node) for part in parts if isinstance(part, Section) and part.reader.name == "ip neigh"]
    assert len(nodes) == len(set(nodes)) == 2
    assert [part for part in parts if isinstance(part, Unread)] == []


def test_a_full_name_printed_by_hostname_is_the_prompts_host() -> None:
    """The prompt shows its first part only."""
    sections, _ = read(f"[root@n1 ~]# hostname\nn1.example.com\n[root@n1 ~]# ip neigh\n{NEIGH}")
    assert {section[0] for section in sections} == {"f"}


def test_what_a_container_has_logged_is_no_state() -> None:
    """``kubectl cluster-info dump`` prints it behind the objects, whatever it looks like."""
    text = """==== START logs for container web of pod shop/web-0 ====
ip route
default via 192.0.2.1 dev eth0
==== END logs for container web of pod shop/web-0 ====
0:\tfrom all lookup local"""
    parts = list(Transcript("f", NodeRef("f")).read(text.split("\n")))
    assert [part.reader.name for part in parts if isinstance(part, Section)] == ["ip rule"]


def test_a_heading_in_a_script_that_no_command_prints_ends_an_output() -> None:
    """Without an empty line or decoration before it."""
    one = "{}、{}节点 {}\nip r\ndefault via 192.0.2.254 dev eth0\n"
    text = one.format(1, "master", "192.0.2.1") + one.format(2, "worker01", "192.0.2.2")
    parts = [part for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert [(part.node.name, part.degree) for part in parts] == [("master", Degree.STATED), ("worker01", Degree.STATED)]


def test_the_name_of_a_program_in_a_list_is_no_command() -> None:
    """Of a list of packages each line is a word, as what `hostname` prints."""
    assert [name for name, *_ in read("gzip\nhostname\nlogin")[0]] == []
    assert read("gzip is here.\n\nhostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"
    assert read("hostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"


def test_a_command_without_a_prompt_is_in_doubt_where_prompts_tell_the_place() -> None:
    """Its prompt was not pasted, and may be another machine's."""
    lines = ["root@n1:~# ip route", *TWO_ROUTES, "ip neigh", "192.0.2.2 dev eth0 FAILED"]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [part.degree for part in parts] == [Degree.SURE, Degree.ASSUMED]


def test_a_shell_left_without_a_word_ends_where_the_host_prompts() -> None:
    """Ctrl-D prints nothing: the host's prompt stands behind the container's."""
    lines = ["root@n1:~# docker exec -it web sh", "/ # ip route", TWO_ROUTES[0], "/ # root@n1:~# ip route", *TWO_ROUTES]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [part.place.kind for part in parts] == ["container", "host"]


def test_a_prompt_that_is_neither_the_shells_own_nor_the_outer_one_is_in_doubt() -> None:
    """The line that ended the shell was not pasted."""
    lines = ["root@n1:~# kubectl exec -it web -- sh", "/ # ip route", TWO_ROUTES[0], "# ip route", *TWO_ROUTES]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [part.degree for part in parts] == [Degree.SURE, Degree.ASSUMED]


def test_a_root_prompt_outside_of_homes_below_a_heading_is_a_containers() -> None:
    """Who entered it was not pasted."""
    lines = ["### n1", "/ # ip route", TWO_ROUTES[0], "$ ip route", *TWO_ROUTES]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [part.place.kind for part in parts] == ["container", "host"]
    assert parts[0].degree is Degree.ASSUMED


def test_an_address_with_a_colon_ends_a_table_of_routes() -> None:
    """It is a heading."""
    lines = ["192.0.2.1:", "ip route", *TWO_ROUTES, "192.0.2.2:", "ip route", *TWO_ROUTES]
    parts = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert [part.node.name for part in parts] == ["192.0.2.1", "192.0.2.2"]


def test_a_text_that_begins_with_a_bare_root_prompt_begins_in_a_container_if_another_prompt_follows() -> None:
    """Else the host prompts so."""
    inner = ["/ # ip route", TWO_ROUTES[0], "/ # ip neigh", "192.0.2.2 dev eth0 FAILED"]
    parts = [
        part
        for part in Transcript("t", NodeRef("t")).read([*inner, "root@n1:~# ip route", *TWO_ROUTES])
        if isinstance(part, Section)
    ]
    assert [(part.place.kind, part.degree) for part in parts] == [
        ("container", Degree.ASSUMED), ("container", Degree.ASSUMED), ("host", Degree.SURE),
    ]  # fmt: skip
    parts = [part for part in Transcript("t", NodeRef("t")).read(inner) if isinstance(part, Section)]
    assert [(part.place.kind, part.degree) for part in parts] == [("host", Degree.STATED)] * 2


def test_a_heading_of_the_host_is_believed_although_its_prompt_is_bare() -> None:
    """Small systems prompt so."""
    lines = ["On the host:", "/ # ip route", *TWO_ROUTES]
    (part,) = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert (part.place.kind, part.degree) == ("host", Degree.STATED)
