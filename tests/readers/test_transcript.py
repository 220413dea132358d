"""Pasted text to sections."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Complete, Degree, Unread

SAMPLES = Path(__file__).parents[2] / "samples"
NEIGH = "10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT"
FDB = "82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.206 self permanent"
ROUTE = "10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"


def read(text: str) -> tuple[list[tuple[str, str, str, str, int]], list[Unread]]:
    """Return (node, place, reader, command, first line) of each section, and the unread places."""
    sections, unread = [], []
    for part in Transcript("f.txt", NodeRef("f")).read(text.split("\n")):
        if isinstance(part, Section):
            place = f"{part.place.kind}:{part.place.name}" if part.place.name else "host"
            sections.append((part.node.name, place, part.reader.name, part.command, part.first))
        else:
            unread.append(part)
    return sections, unread


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


def test_json_is_known_by_its_command_or_by_its_keys() -> None:
    """One line or many, with or without the command."""
    document = '[{"dst":"10.42.1.0","dev":"flannel.1","lladdr":"82:ce:7c:3e:91:36","state":["PERMANENT"]}]'
    pretty = document.replace("{", "{\n    ").replace(",", ",\n    ").replace("}]", "\n}\n]")
    for text in (f"$ ip -j neigh\n{document}", document, pretty, f"$ ip -j -p neigh\n{pretty}"):
        sections, unread = read(text)
        assert [s[2] for s in sections] == ["ip neigh"], text
        assert unread == []


def test_json_that_is_cut_off_is_told() -> None:
    """With the lines that it takes up."""
    _, unread = read('$ ip -j neigh\n[{"dst":"10.42.1.0",')
    assert [(item.first, item.last) for item in unread] == [(2, 2)]


def test_what_cannot_be_read_is_listed_with_its_lines() -> None:
    """Neighbouring lines are one place."""
    _, unread = read(f"hello there\nand more\n\n$ ip neigh\n{NEIGH}\n\nthat was it")
    assert [(item.first, item.last, item.text) for item in unread] == [(1, 2, "hello there"), (7, 7, "that was it")]


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


def test_an_empty_line_before_a_block_of_code_keeps_the_command() -> None:
    """The output is the command's, as Markdown writes it."""
    text = "### node n1\n\n`ip route`\n\n```\ndefault via 192.0.2.1 dev eth0\n```\n"
    (part,) = [part for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert (part.command, [line for line in part.lines if line.strip()]) == ("ip route", ["default via 192.0.2.1 dev eth0"])


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


def test_a_heading_in_a_script_that_no_command_prints_ends_an_output() -> None:
    """Without an empty line or decoration before it."""
    one = "{}、{}节点 {}\nip r\ndefault via 192.0.2.254 dev eth0\n"
    text = one.format(1, "master", "192.0.2.1") + one.format(2, "worker01", "192.0.2.2")
    parts = [part for part in Transcript("f", NodeRef("f")).read(text.split("\n")) if isinstance(part, Section)]
    assert [(part.node.name, part.degree) for part in parts] == [("master", Degree.STATED), ("worker01", Degree.STATED)]


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
    assert not transcript._count


def test_the_name_of_a_program_in_a_list_is_no_command() -> None:
    """Of a list of packages each line is a word, as what `hostname` prints."""
    assert [name for name, *_ in read("gzip\nhostname\nlogin")[0]] == []
    assert read("gzip is here.\n\nhostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"
    assert read("hostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"
