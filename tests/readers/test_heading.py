"""Headings that name a node."""

import pytest

# ruff: noqa: RUF001 - headings in many languages
from podpath.readers.heading import Kind, find_heading, lone_name
from podpath.state.address import parse_ip
from podpath.state.evidence import Degree

NAMED = {
    "### node n1": "n1",
    "# host: n1": "n1",
    "=== n1 ===": "n1",
    "--- worker-2 ---": "worker-2",
    "[n1]": "n1",
    "**n2**": "n2",
    "node2:": "node2",
    "=== master ===": "master",
    "==> /tmp/n1.txt <==": "n1",
    "n1 | CHANGED | rc=0 >>": "n1",
    "[1] 10:02:11 [SUCCESS] n1": "n1",
    "Knoten: rechner7": "rechner7",
    "Na węźle n1:": "n1",
    "B机器：": "B机器",
    "n1 sunucusunda:": "n1",
    "På noden n2:": "n2",
    "Op node n2:": "n2",
    "Trên node n1:": "n1",
    "here, n2:": "n2",
    "在 n1 节点上查看：": "n1",
    "2台目のサーバーで実行": "2台目のサーバー",
    "Auf dem zweiten Knoten:": "zweiten Knoten",
    "Ausgabe auf dem ersten Knoten (n1):": "n1",
    "En el segundo nodo:": "segundo nodo",
    "На первой ноде:": "первой ноде",
    '[details="n2"]': "n2",
    "[spoiler=n2]": "n2",
}
ADDRESSED = {
    "192.168.200.204": ("192.168.200.204", "192.168.200.204"),
    "n1 192.168.200.204": ("n1", "192.168.200.204"),
    "Node: worker-1 (10.0.0.5)": ("worker-1", "10.0.0.5"),
    "192.168.200.206(worker2):": ("worker2", "192.168.200.206"),
    "节点 192.168.200.204:": ("192.168.200.204", "192.168.200.204"),
    "主机192.168.200.204的输出:": ("192.168.200.204", "192.168.200.204"),
    "三、192.168.200.205 节点上的输出:": ("192.168.200.205", "192.168.200.205"),
    "## 192.168.200.204 上执行": ("192.168.200.204", "192.168.200.204"),
    "Узел 192.168.200.204": ("192.168.200.204", "192.168.200.204"),
    "ノード2 (fd00:1::2)": ("fd00:1::2", "fd00:1::2"),
    "# 192.168.200.204": ("192.168.200.204", "192.168.200.204"),
}
NONE = [
    "",
    "#+end_example",
    "#+RESULTS:",
    "::: code-group",
    "### Routes",
    "## ipv4",
    "## Step 1",
    "flannel.1:",
    "eth0: ",
    "Then I pinged 192.168.200.205 from the first node",
    "10.42.1.0 lladdr 82:ce:7c:3e:91:36 PERMANENT",
    "fe80::1 dev eth0",
    "inet 10.0.0.1",
    "nameserver 10.96.0.10",
    "PING 10.0.0.1 (10.0.0.1): 56 data bytes",
    "12:00:01",
    "host n1",
    "no problem here:",
    "from 10.0.0.1 to 10.0.0.2",
    "default",
    "state: up",
    "Output: nothing",
    "# Output: eth1",
    "name: web-1",
    "the node at 10.0.0.1 lost its route to the pods of the other one yesterday night",
]


@pytest.mark.parametrize(("line", "name"), NAMED.items())
def test_a_decorated_host_name_is_a_heading(line: str, name: str) -> None:
    """Whatever people and tools put around a name, the name is found."""
    assert (found := find_heading(line)) is not None
    assert found[:2] == (name, None)


@pytest.mark.parametrize(("line", "expected"), ADDRESSED.items())
def test_a_line_that_is_just_a_name_and_an_address_is_a_heading(line: str, expected: tuple[str, str]) -> None:
    """In any language; without a name the address is the name."""
    assert (found := find_heading(line)) is not None
    assert found[:2] == (expected[0], parse_ip(expected[1]))


@pytest.mark.parametrize("line", NONE)
def test_prose_and_output_are_no_headings(line: str) -> None:
    """A title of a section, a sentence or a line of a table starts no node."""
    assert find_heading(line) is None


@pytest.mark.parametrize("line", ["     |-- 172.20.11.255", "+-- 10.0.0.0", "  `-- n1", "├── 10.0.0.1"])
def test_a_branch_of_a_tree_is_no_heading(line: str) -> None:
    """`/proc/net/fib_trie` has an address on every branch."""
    assert find_heading(line) is None


@pytest.mark.parametrize(
    "line", ["Sur le nœud w1 :", "Auf dem Knoten w1:", "En el servidor w1:", "[1] 14:02:10 [SUCCESS] root@w1:22"]
)
def test_small_words_and_users_are_no_part_of_the_name(line: str) -> None:
    """The host is what is left."""
    assert (found := find_heading(line)) is not None
    assert found[:2] == ("w1", None)


SPOKEN = {
    "Node 1:": "Node 1",
    "1.master": "master",
    "Server A": "Server A",
    "Here is node 2's output:": "node 2",
    "在节点1上执行：": "节点1",
    "A机器": "A机器",
    "第一台机器：": "第一台机器",
    "ノード1で実行:": "ノード1",
    "노드1에서:": "노드1",
    "На узле 1:": "узле 1",
    "### Ubuntu Master Node": "Ubuntu Master Node",
    "1、在 k8s-node1 上查看：": "k8s-node1",
    "<summary>ip-10-0-3-11: ip addr, ip route, bridge fdb, ip neigh</summary>": "ip-10-0-3-11",
    "ok: [n7] => {": "n7",
    "<summary>on node-13 (click to expand)</summary>": "node-13",
    "On the second node:": "second node",
    "### london-1 (192.0.2.1)": "london-1",
    "(2) node-b": "node-b",
}


@pytest.mark.parametrize(("line", "name"), SPOKEN.items())
def test_a_machine_is_named_in_the_ways_people_write(line: str, name: str) -> None:
    """By a role or label and its number, an ordinal, an enumeration, in any language."""
    found = find_heading(line)
    assert found is not None
    assert (found.name, found.kind) == (name, Kind.NODE)


PLACES = {
    "Inside the container:": (Kind.CONTAINER, ""),
    "容器内：": (Kind.CONTAINER, ""),
    "再看db容器里的网卡：": (Kind.CONTAINER, "db"),
    "--- pod/web-0": (Kind.POD, "web-0"),
    "Container web:": (Kind.CONTAINER, "web"),
    "In pod web-1:": (Kind.POD, "web-1"),
    "On the host:": (Kind.HOST, ""),
    "宿主机：": (Kind.HOST, ""),
    "From the node:": (Kind.HOST, ""),
    "On the same node:": (Kind.SAME, ""),
    "Other node:": (Kind.OTHER, ""),
    "### Pod on node1": (Kind.POD, ""),
}


@pytest.mark.parametrize(("line", "expected"), PLACES.items())
def test_a_heading_may_name_a_namespace(line: str, expected: tuple[Kind, str]) -> None:
    """Into it, back to the host, elsewhere, or nowhere."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name) == expected


DATA = [
    '            "IPAddress": "172.17.0.2",',
    "Server:\t\t10.96.0.10",
    "podIP: 10.2.3.4",
    "curl 10.244.1.5",
    "IP:  10.244.1.5",
    "VIP: 10.1.1.1",
    '"HostIp": "0.0.0.0",',
    "Every host:",
    "VPN server:",
    "Node info:",
    "Then node:",
    "Container networking:",
    "Container Engine (moby):",
    "Container image (nginx):",
    "ens33:",
    "UTF-8",
    "<refsect1>",
]


@pytest.mark.parametrize("line", DATA)
def test_data_and_prose_are_no_machines(line: str) -> None:
    """Keys with their values, adjectives, names of devices."""
    assert find_heading(line) is None


@pytest.mark.parametrize(
    ("line", "name"), [("k8s-master", "k8s-master"), ("Client:", "Client"), ("hello", None), ("docker", None)]
)
def test_a_lone_name_may_be_a_heading(line: str, name: str | None) -> None:
    """Where a block or a command follows."""
    found = lone_name(line)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("line", "kind", "name"),
    [
        ("Container A (web):", Kind.CONTAINER, "web"), ("Container web (172.17.0.2):", Kind.CONTAINER, "web"),
        ("Pod B (shop/web-0):", Kind.POD, "shop/web-0"), ("容器1（web）：", Kind.CONTAINER, "web"),
    ],
)  # fmt: skip
def test_a_container_may_have_a_letter_and_a_name(line: str, kind: Kind, name: str) -> None:
    """The name is in the brackets, unless an address is there."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(("line", "name"), [("Nodo maestro:", "maestro"), ("Nodo trabajador:", "trabajador")])
def test_a_role_may_be_said_in_other_languages(line: str, name: str) -> None:
    """With the word for a node before it."""
    found = find_heading(line)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("На мастере:", "мастер"), ("Привет! На мастере:", "мастер"), ("На воркере 2:", "воркер2"), ("ワーカー側：", "ワーカー"),
        ("워커 노드:", "워커"), ("从节点上：", "从节点"), ("Sur le maître :", "maître"),
    ],
)  # fmt: skip
def test_a_role_is_a_heading_in_any_script(line: str, name: str) -> None:
    """With a colon, whatever stands before it in the sentence."""
    found = find_heading(line)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("line", ["Сервер не отвечает:", "主节点和从节点都正常：", "У клиента ошибка:", "マスターは正常です。"])
def test_a_sentence_about_a_role_is_none(line: str) -> None:
    """It says more than where the output is from."""
    assert find_heading(line) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("## rke1 (control plane)", (Kind.NODE, "rke1")),
        ("**Host (Ubuntu 24.04)**", (Kind.HOST, "")),
        ("**Container (alpine)**", (Kind.CONTAINER, "")),
        ("### etcd-1 (pod)", (Kind.POD, "etcd-1")),
        ("What the container sees:", (Kind.CONTAINER, "")),
        ("进入容器查看：", (Kind.CONTAINER, "")),
        ("### Calico (v3.27)", None),
        ("### Environment (k3s1)", None),
        ("### Logs (last 10 lines)", None),
        ("advertise-address: 192.0.2.11", None),
        ("node_ip = 192.0.2.11", None),
        ("Public IP 203.0.113.4", None),
        ("  Node Address: 192.0.2.11", None),
        ("  Manager Addresses:", None),
    ],
)
def test_a_remark_in_brackets_is_no_part_of_a_heading(line: str, expected: tuple[Kind, str] | None) -> None:
    """It may say what kind of thing the name is, and a setting with an address is no machine."""
    found = find_heading(line)
    assert (None if found is None else (found.kind, found.name)) == expected


@pytest.mark.parametrize(
    ("line", "kind", "name", "also"),
    [
        ("Inside pod `web-1` (node `worker-2`):", Kind.POD, "web-1", "worker-2"),
        ("Pod web-1 (on worker-2):", Kind.POD, "web-1", "worker-2"),
        ("On the good host (n1):", Kind.NODE, "n1", "good host"), ("Dentro del contenedor web:", Kind.CONTAINER, "web", ""),
        ("Dans le conteneur web :", Kind.CONTAINER, "web", ""), ("В контейнере web:", Kind.CONTAINER, "web", ""),
        ("Dentro do container web:", Kind.CONTAINER, "web", ""), ("Innerhalb des Containers web:", Kind.CONTAINER, "web", ""),
    ],
)  # fmt: skip
def test_brackets_tell_the_machine(line: str, kind: Kind, name: str, also: str) -> None:
    """Of a pod the node, of a description the name."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name, found.also) == (kind, name, also)


def test_a_pod_of_a_node_or_the_pod_of_that_name_is_in_doubt() -> None:
    """`在 n1 的 pod 里` may be either."""
    heading = find_heading("在 n1 的 pod 里查看：")
    assert heading is not None
    assert (heading.kind, heading.degree) == (Kind.POD, Degree.ASSUMED)


def test_the_shell_of_k9s_names_its_pod() -> None:
    """In its first line."""
    heading = find_heading("<<K9s-Shell>> Pod: default/web-1 | Container: web")
    assert heading is not None
    assert (heading.kind, heading.name) == (Kind.POD, "default/web-1")
