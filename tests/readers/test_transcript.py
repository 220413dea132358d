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
    assert not transcript._numbers


def test_the_name_of_a_program_in_a_list_is_no_command() -> None:
    """Of a list of packages each line is a word, as what `hostname` prints."""
    assert [name for name, *_ in read("gzip\nhostname\nlogin")[0]] == []
    assert read("gzip is here.\n\nhostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"
    assert read("hostname\nn1\nip route\n" + ROUTE)[0][0][2] == "hostname"


ROUTES = "default via 192.0.2.254 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.{n}"


def where(text: str) -> list[tuple[str, str, str]]:
    """Return (node, place, reader) of each section."""
    return [section[:3] for section in read(text)[0]]


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


def test_a_name_between_the_lines_of_an_output_is_the_next_hosts() -> None:
    """A loop printed it, whose own line was not pasted."""
    assert where(f"{ROUTES.format(n=1)}\nkube02\n{ROUTES.format(n=2)}") == [
        ("f", "host", "ip route"), ("kube02", "host", "ip route"),
    ]  # fmt: skip


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


def test_a_variable_may_be_set_at_a_lone_hash() -> None:
    """The next command is in that container."""
    lines = [
        "# PID=$(docker inspect -f '{{.State.Pid}}' web)",
        "# nsenter -t $PID -n ip route",
        "default via 172.17.0.1 dev eth0",
    ]
    (part,) = [part for part in Transcript("t", NodeRef("t")).read(lines) if isinstance(part, Section)]
    assert (part.place.kind, part.place.name) == ("container", "web")


BEGINS = (
    "{n:>3} ", "{n:>7} ", "{n:>4}   │ ", "{n} | ", "{n}. ", "{n:>6}\t", "L{n}: ", "12:0{n} <alice> ", "[10:0{n}] alice: ",
    "30/11/2026, 12:0{n} - Alice: ", "alice: ", ": ",
)  # fmt: skip
TWO_ROUTES = ("default via 192.0.2.254 dev eth0", "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1")


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
