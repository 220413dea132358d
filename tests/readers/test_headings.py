"""Lines that are headings, and lines that are none."""

import pytest

from podpath.readers.heading import Kind
from podpath.readers.headings import find_heading, lone_name

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


@pytest.mark.parametrize("line", NONE)
def test_prose_and_output_are_no_headings(line: str) -> None:
    """A title of a section, a sentence or a line of a table starts no node."""
    assert find_heading(line) is None


@pytest.mark.parametrize("line", ["     |-- 172.20.11.255", "+-- 10.0.0.0", "  `-- n1", "├── 10.0.0.1"])
def test_a_branch_of_a_tree_is_no_heading(line: str) -> None:
    """`/proc/net/fib_trie` has an address on every branch."""
    assert find_heading(line) is None


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


def test_the_shell_of_k9s_names_its_pod() -> None:
    """In its first line."""
    heading = find_heading("<<K9s-Shell>> Pod: default/web-1 | Container: web")
    assert heading is not None
    assert (heading.kind, heading.name) == (Kind.POD, "default/web-1")
