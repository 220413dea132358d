"""Headings: a line of pasted text that says which node the following lines come from.

People write them in every language and decoration, and tools print their own
(``==> n1.txt <==``, ``n1 | CHANGED | rc=0 >>``). A heading is short, and holds one
host name or one address and hardly anything else; prose is never one.
"""

import re
from typing import Final, NamedTuple

from podpath.state.address import Ip, parse_ip


class Heading(NamedTuple):
    """A node, as a heading names it.

    Attributes:
        name: host name, or the address where there is no name.
        address: address that the heading states.
    """

    name: str
    address: Ip | None


_LONGEST: Final = 100
_MOST_WORDS: Final = 4
_DECORATION: Final = "#=*_~>+<[]()|【】「」《》→•·`\"'“”-—–:\uff1a.,\uff0c、。 \t"
_STRONG: Final = re.compile(r"^\s*(?:#+\s*\S|={2,}|\*{2,}|-{2,}|~{2,}|>{2,}|_{2,}|\+{2,}|—{2,}|[【「《\[<]\s*\S)")
_PRINTED: Final = (
    re.compile(r"^### node (?P<name>[\w.-]+)$"),  # podpath collect --script
    re.compile(r"^==> (?:.*/)?(?P<name>[^/]+?)(?:\.(?:txt|log|out))? <==$"),  # head(1), tail(1)
    re.compile(r"^(?P<name>[\w.-]+) \| (?:SUCCESS|CHANGED|FAILED)\b.*>>\s*$"),  # ansible
    re.compile(r"^\[\d+\] \d\d:\d\d:\d\d \[(?:SUCCESS|FAILURE)\] (?:[\w.-]+@)?(?P<name>[\w.-]+)"),  # pssh
)
_TREE: Final = re.compile(r"^\s*(?:[|+`├└]--|[├└│]─)")
"""A branch of a tree (`/proc/net/fib_trie`, pstree(1)), which may well end in nothing but an address."""
_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-fA-F:]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]{3,39})(?![\w.]*[\d:])",
    re.ASCII,
)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_LABELS: Final = re.compile(
    r"(?i)^(?:on|at|from|the|of|auf|dem|der|von|sur|le|la|les|du|de|en|el|del|su|nel|sul|no|na|"
    r"node|host|hostname|server|machine|vm|ip|address|name|nodename|worker node|"
    r"output|dump|state|capture|nodo|knoten|rechner|nœud|noeud|hôte|hote|serveur|servidor|máquina|узел|хост|сервер|"
    r"节点|主机|机器|服务器|節點|主機|伺服器|ノード|ホスト|サーバー?|노드|호스트|서버|ip地址)$"
)
_NODE_LABEL: Final = re.compile(
    r"(?i)^(?:node|host|hostname|nodename|server|machine|vm|worker node|nodo|knoten|rechner|nœud|noeud|hôte|hote|serveur|"
    r"servidor|máquina|узел|хост|сервер|节点|主机|机器|服务器|節點|主機|伺服器|ノード|ホスト|サーバー?|노드|호스트|서버)$"
)
_SPLIT: Final = re.compile(r"[\s()\[\]:\uff1a=#,\uff0c]+")
_NAMED: Final = re.compile(r"\w\s*[:\uff1a]\s*\S")
_ROLES: Final = re.compile(
    r"(?i)^(?:(?:k8s|kube|rke|k3s)-?)?(?:master|worker|control-?plane|controller|manager|agent|leader|gateway|router|"
    r"edge|compute|storage|bastion)$"
)
_DEVICE: Final = re.compile(
    r"(?i)^(?:eth|ens|enp|eno|enx|flannel|cni|docker|veth|cali|br|bond|wlan|lo|tun|tap|vxlan|kube-|virbr|wg|tunl|lxc|"
    r"ipv[46]$|step|part|table|layer|l[234]$|v\d|rfc|section|test\d*$|case)"
)
_TABLE_WORD: Final = re.compile(
    r"(?i)^(?:inet6?|addr|via|dst|src|default|local|broadcast|blackhole|unreachable|prohibit|throw|nexthop|remote|group|"
    r"nameserver|search|lladdr|link/\w+|ping|gateway|gw|genmask|netmask|mask|bcast|peer|nat|tcp|udp|icmp|"
    r"failed|incomplete|stale|reachable|permanent|delay|probe|noarp|dev|scope|proto|metric|up|down|unknown)$"
)
_NOT_A_HOST: Final = re.compile(r"(?i)\.(?:txt|log|sh|conf|env|json|ya?ml|md)$|^\d+(?:\.\d+)*$|^\d\d:\d\d")


def _address(core: str) -> tuple[Ip | None, str | None, str]:
    """Return the only address in the text, as number and as written, and the text without it."""
    found = [match for match in _ADDRESS.finditer(core) if _is_address(match[0])]
    if len(found) != 1:
        return None, None, core if not found else ""
    match = found[0]
    return parse_ip(match[0]), match[0], f"{core[: match.start()]} {core[match.end() :]}"


def _is_address(text: str) -> bool:
    try:
        parse_ip(text)
    except ValueError:
        return False
    return True


def _is_host(word: str) -> bool:
    return bool(_HOST.fullmatch(word) and not _NOT_A_HOST.search(word) and re.search(r"[A-Za-z]", word))


def _words(text: str) -> list[str]:
    """Return the words that are not decoration and not a label such as ``node``."""
    words = (word.strip(_DECORATION) for word in re.split(r"[\s()\[\]:\uff1a=,\uff0c|/、]+", text))
    return [word for word in words if word and not _LABELS.match(word)]


def _has_label(text: str) -> bool:
    return any(_LABELS.match(word.strip(_DECORATION)) for word in re.split(r"[\s()\[\]:\uff1a=#,\uff0c]+", text) if word)


def find_heading(line: str) -> Heading | None:
    """Return the node that a line names as a heading, or None when the line is none."""
    for pattern in _PRINTED:
        if match := pattern.match(line):
            name = match["name"]
            return Heading(name, parse_ip(name) if _is_address(name) else None)
    if len(line) > _LONGEST or _TREE.match(line):
        return None
    core = line.strip(_DECORATION)
    if not core:
        return None
    address, written, rest = _address(core)
    words = _words(rest)
    if len(words) > _MOST_WORDS:
        return None
    strong = _STRONG.match(line) is not None
    if address is not None and written is not None:
        return _with_address(words, address, written, strong=strong, label=_has_label(rest))
    return _without_address(words, line, strong=strong)


def _with_address(words: list[str], address: Ip, written: str, *, strong: bool, label: bool) -> Heading | None:
    if any(_TABLE_WORD.match(word) for word in words):
        return None
    hosts = [word for word in words if _is_host(word) and not _DEVICE.match(word)]
    foreign = [word for word in words if not word.isascii()]
    plain = len(words) - len(hosts) - len(foreign)
    # Undecorated, a line is a heading only when it is just a name and an address.
    if plain or len(hosts) > 1 or (len(words) > 1 and not (strong or label or foreign)):
        return None
    return Heading(hosts[0] if hosts else written, address)


def _without_address(words: list[str], line: str, *, strong: bool) -> Heading | None:
    if len(words) != 1 or not _is_host(words[0]) or _DEVICE.match(words[0]):
        return None
    name = words[0]
    labelled = any(_NODE_LABEL.match(word.strip(_DECORATION)) for word in _SPLIT.split(line.replace(name, " ", 1)) if word)
    telling = any(char.isdigit() for char in name) or _ROLES.match(name) is not None
    marked = strong or line.rstrip().endswith((":", "\uff1a"))
    if (marked and (labelled or telling)) or (labelled and telling and _NAMED.search(line)):
        return Heading(name, None)
    return None
