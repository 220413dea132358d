"""Texts as people paste them, drawn at random, with the place of each line of output.

A text has two to four machines. Each is named by a heading or by its prompts; its commands stand behind a prompt or none, run
on the host or through a wrapper in a container; the whole is set in blocks, with prose between, in several languages.
"""

# ruff: noqa: E501 - rows of words in many languages are read best as rows

import random
from dataclasses import dataclass, field
from typing import Final, NamedTuple

HEADINGS: Final = (
    "Node {n}:", "node{n}", "## node{n}", "**node-{n}**", "### node n{n}", "Server {letter}", "VM{n}:", "Host {letter}:", "=== {host} ===",
    "--- {host} ---", "[{host}]", "{host} ({address}):", "{address}", "### {host} ({address})", "On {host}:", "ip a on {host}:",
    "Output from {host}:", "From {host}", "<summary>on {host} (click to expand)</summary>", "==> {host}.txt <==",
    "{host} | CHANGED | rc=0 >>", "{n}) {host}", "({n}) node-{n}", "# host: {host}", "Here is node {n}'s output:",
    "节点{n}：", "node{n}节点：", "主机{n}", "机器{n} {address}", "节点 {address}:", "{n}、{address} 节点上的输出:", "服务器{letter}：",
    "From master node vm-{n}:", "Here is the route table of the worker node node-{n}:", "On the node where the pod runs ({host}):",
    "<details><summary>Worker {n} ip route</summary>", "**node-{n}: `ip addr`**", "# Node{n}节点路由", "# node{n}节点路由表", "node-{n}节点的信息：",
    "Knoten {n}:", "Auf dem Knoten {host}:", "Nodo {n}:", "En el servidor {host}:", "Sur le nœud {host} :", "Na węźle {host}:", "På noden {host}:",
    "{host} sunucusunda:", "Op node {host}:", "Trên node {host}:", "在 {host} 节点上查看：", "Pe nodul {host}:", "Na uzlu {host}:", '[details="{host}"]', "Узел {n}:", "ノード{n}:", "노드 {n}:",
)  # fmt: skip
HOSTS: Final = (
    "worker-{n}", "k8s-node-{n}", "london-{n}", "broker{n}", "etl-{n}", "web0{n}.example.com", "ip-10-0-0-{n}", "ubuntu-vm{n}", "n{n}",
    "lon{n}-db", "bristol-{n}", "tunis{n}", "enterprise-{n}",
)  # fmt: skip
PLAIN_PROMPTS: Final = ("", "$ ", "# ", "[root@localhost ~]# ", "➜  ~ ", "❯ ", "~ $ ", "sudo ", "$ sudo ")
NAMED_PROMPTS: Final = (
    "root@{host}:~# ", "[root@{host} ~]# ", "{host}# ", "{host}:~ # ", "admin@{host}:~$ ", "{host} ~ # ", "core@{host} ~ $ ", "{host}$ ",
    "me@{host} ~> ", "root@{host} [ ~/x ]# ", "<{host}>$ ", "me@{host}:~ » ", "[10:02:11] root@{host}:~# ", "root@{host}:/etc/cni# ",
)  # fmt: skip
PROSE: Final = (
    "Everything looks fine here.", "This is what I see:", "Then I restarted the agent, and nothing changed.", "Any idea?", "看起来没有问题。",
    "Das sieht gut aus.", "Je ne comprends pas.", "After that I tried again.", "On the same node:",
)  # fmt: skip
CHATS: Final = ("12:03 <alice> ", "[12:03:22] <alice> ", "30/11/2026, 12:03 - Alice: ", "12:03:15     alice | ", "<alice> ", ": ")
"""What stands before each line in chats, and in blocks of org-mode."""
BLOCKS: Final = ("", "", "```", "```", "    ", "    ", "> ", "> ", "~~~", "~~~", *CHATS)
WRAPPERS: Final = (
    ("docker exec web{n} {command}", "container", "web{n}"), ("docker exec -it web{n} {command}", "container", "web{n}"),
    ("docker compose exec web{n} {command}", "container", "web{n}"), ("docker compose -p x exec -T web{n} {command}", "container", "web{n}"),
    ("podman exec web{n} {command}", "container", "web{n}"), ("kubectl exec web-{n} -- {command}", "pod", "default/web-{n}"),
    ("k3s kubectl exec -n shop web-{n} -- {command}", "pod", "shop/web-{n}"), ("oc rsh web-{n} {command}", "pod", "default/web-{n}"),
    ("nsenter -t 40{n} -n {command}", "pid", "40{n}"), ("ip netns exec blue{n} {command}", "netns", "blue{n}"),
    ("nsenter -n -t $(docker inspect -f '{{{{.State.Pid}}}}' web{n}) {command}", "container", "web{n}"),
    ("lxc exec c{n} -- {command}", "container", "c{n}"), ("crictl exec web{n} {command}", "container", "web{n}"),
    ("timeout 5 {command}", "host", ""), ("time {command}", "host", ""), ("watch -n 1 {command}", "host", ""),
)  # fmt: skip
SHELLS: Final = (
    ("docker exec -it web{n} sh", "/ # ", "container", "web{n}"),
    ("kubectl exec -it web-{n} -- sh", "/ # ", "pod", "default/web-{n}"),
)
INSIDE: Final = ("Inside the container:", "container:", "容器内：", "In the container:")
BACK: Final = ("On the host:", "宿主机：", "host:")
OUTPUTS: Final = (
    ("ip route", "default via 192.0.2.254 dev eth0\n10.244.{n}.0/24 dev cni0 proto kernel scope link src 10.244.{n}.1\n"
                 "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.{n}"),
    ("ip neigh show dev flannel.1", "10.244.9{n}.0 lladdr 02:00:5e:00:53:9{n} PERMANENT"),
    ("bridge fdb show dev flannel.1", "02:00:5e:00:53:9{n} dst 192.0.2.9{n} self permanent"),
    ("ip addr show eth0", "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000\n"
                          "    link/ether 02:00:5e:00:53:0{n} brd ff:ff:ff:ff:ff:ff\n"
                          "    inet 192.0.2.{n}/24 brd 192.0.2.255 scope global eth0"),
    ("ip rule", "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default"),
    ("route -n", "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
                 "0.0.0.0         192.0.2.254     0.0.0.0         UG    100    0        0 eth0\n"
                 "10.244.{n}.0      0.0.0.0         255.255.255.0   U     0      0        0 cni0"),
    ("ifconfig flannel.1", "flannel.1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1450\n"
                           "        inet 10.244.{n}.0  netmask 255.255.255.255  broadcast 0.0.0.0\n"
                           "        ether 02:00:5e:00:53:1{n}  txqueuelen 0  (Ethernet)"),
    ("iptables -S", "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A FORWARD -s 10.244.{n}.0/24 -j ACCEPT"),
)  # fmt: skip
REMARKS: Final = ("   # <--- here", "   <-- is this right?", "  ← this one")
_INSIDE_OUTPUTS: Final = (0, 3, 4, 5)
"""Outputs that a container may print, too."""


class Truth(NamedTuple):
    """Where a line of output was taken.

    Attributes:
        machine: number of the machine, from 1.
        kind: host, container, pod, pid or netns.
        name: name of the namespace; empty where the text does not tell.
    """

    machine: int
    kind: str = "host"
    name: str = ""


@dataclass
class Text:
    """A text, and the place of each line of output in it.

    Attributes:
        lines: its lines.
        truth: the place of each line of output, by its number from 1.
        way: how it was drawn, for people.
    """

    lines: list[str] = field(default_factory=list)
    truth: dict[int, Truth] = field(default_factory=dict)
    way: list[str] = field(default_factory=list)

    def add(self, line: str, truth: Truth | None = None) -> None:
        """Add a line."""
        self.lines.append(line)
        if truth is not None:
            self.truth[len(self.lines)] = truth


class _Machine(NamedTuple):
    """A machine: what its places in a text are filled with, and its prompt."""

    number: int
    words: dict[str, object]
    prompt: str


def draw(chance: random.Random) -> Text:
    """Draw a text."""
    text = Text()
    named = chance.random() < 0.3
    heading = chance.choice(HEADINGS)
    prompt = chance.choice(NAMED_PROMPTS if named else (*PLAIN_PROMPTS, *NAMED_PROMPTS))
    block = chance.choice(BLOCKS) if not named else chance.choice(("", "```"))
    host = chance.choice(HOSTS)
    text.way = [f"heading {'none' if named else heading}", f"prompt {prompt!r}", f"block {block!r}", f"host {host}"]
    for number in chance.sample(range(1, 6), chance.randint(2, 4)):
        words = {"n": number, "letter": "ABCDEFG"[number], "address": f"192.0.2.{number}", "host": host.format(n=number)}
        machine = _Machine(number, words, prompt.format(**words))
        if not named:
            text.add(heading.format(**words))
            if chance.random() < 0.5:
                text.add("")
        _part(text, chance, machine, block)
        text.add("")
    return text


def _part(text: Text, chance: random.Random, machine: _Machine, block: str) -> None:
    """Write what one machine shows."""
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.3:
            text.add("")
            text.add(chance.choice(PROSE))
            text.add("")
        if block in ("```", "~~~"):
            text.add(block)
        lead = block if block in CHATS or block.strip("> ") == "" else ""
        draws = chance.random()
        if draws < 0.6 or not machine.prompt.strip():
            _command(text, chance, machine, lead)
        elif draws < 0.85:
            _wrapped(text, chance, machine, lead)
        else:
            _shell(text, chance, machine, lead)
        if block in ("```", "~~~"):
            text.add(block)
        if chance.random() < 0.5:
            text.add("")


def _command(text: Text, chance: random.Random, machine: _Machine, lead: str) -> None:
    command, output = chance.choice(OUTPUTS)
    text.add(f"{lead}{machine.prompt}{command}")
    _print(text, chance, output.format(**machine.words), Truth(machine.number), lead)


def _wrapped(text: Text, chance: random.Random, machine: _Machine, lead: str) -> None:
    wrapper, kind, name = chance.choice(WRAPPERS)
    command, output = OUTPUTS[chance.choice(_INSIDE_OUTPUTS)]
    text.add(f"{lead}{machine.prompt}{wrapper.format(command=command, **machine.words)}")
    _print(text, chance, output.format(**machine.words), Truth(machine.number, kind, name.format(**machine.words)), lead)


def _shell(text: Text, chance: random.Random, machine: _Machine, lead: str) -> None:
    enter, inner, kind, name = chance.choice(SHELLS)
    text.add(f"{lead}{machine.prompt}{enter.format(**machine.words)}")
    for _ in range(chance.randint(1, 2)):
        command, output = OUTPUTS[chance.choice(_INSIDE_OUTPUTS)]
        text.add(f"{lead}{inner}{command}")
        _print(text, chance, output.format(**machine.words), Truth(machine.number, kind, name.format(**machine.words)), lead)
    if chance.random() < 0.7:
        text.add(f"{lead}{inner}exit")


def _print(text: Text, chance: random.Random, output: str, truth: Truth, lead: str) -> None:
    remark = chance.choice(REMARKS) if chance.random() < 0.1 and not output.startswith("-P") else ""
    lines = output.split("\n")
    at = chance.randrange(len(lines))
    for number, line in enumerate(lines):
        text.add(f"{lead}{line}{remark if number == at else ''}", truth)
