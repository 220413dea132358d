"""Headings that name a node."""

# ruff: noqa: RUF001 - headings in many languages

import pytest

from podpath.readers.heading import Kind
from podpath.readers.headings import find_heading
from podpath.state.address import parse_ip

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
