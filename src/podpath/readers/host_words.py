"""Words that can be the name of a host, and those that never are: words of prose, of tables, of devices."""

# ruff: noqa: SIM905 - words of many languages; lists of words are read best as text

import re
from typing import Final

from podpath.state.address import parse_ip
from podpath.state.pattern import lazy

_HOST: Final = lazy(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*", re.ASCII)
MACHINE_WORD: Final = (
    r"node|host|hostname|nodename|server|machine|vm|worker node|instance|box|nodo|knoten|rechner|nœud|noeud|hôte|hote|"
    r"serveur|servidor|máquina|maquina|nó|узел|узла|узле|хост|хоста|хосте|сервер|сервера|сервере|ноде|ноды|вузол|вузлі|сервері|"
    r"węzeł|węźle|węzła|serwer|serwerze|serwera|maszynie|uzel|uzlu|serveru|noden|servern|maskinen|serveren|knooppunt|"
    r"düğümü?n?de|sunucusu?n?da|sunucuda|makine(?:si)?n?de|nodul|serverul|máy chủ|máy|nút|solmu|solmulla|"
    r"节点|主机|机器|服务器|節點|主機|伺服器|虚拟机|ノード|ホスト|サーバー?|노드|호스트|서버"
)
NODE_LABEL: Final = lazy(rf"(?i)^(?:{MACHINE_WORD})$")
ROLE: Final = (
    r"(?:(?:k8s|kube|rke|rke2|k3s)-?)?(?:master|worker|slave|minion|control-?plane|controller|manager|agent|leader|gateway|"
    r"router|edge|compute|storage|bastion|leader|follower|primary|secondary)"
)
"""What people call a machine by what it does in a cluster."""
ROLES: Final = lazy(rf"(?i)^(?:{ROLE}|maestro|trabajador|esclavo|esclave|travailleur|mestre|trabalhador|escravo)$")
DEVICE: Final = lazy(
    r"(?i)^(?:"
    # Names that the kernel, udev and network plugins give: a prefix and a number, and nothing else.
    r"(?:eth|em|wlan|wlp|tun|tap|wg|bond|cni|docker|vxlan|tunl|virbr|lxcbr|lxdbr|br|team|dummy|ifb|ppp|sit|gre|"
    r"podman|cbr|vmnet|vnet|"
    r"weave|ovs|vlan)\d+(?:[.@:][\w@.]+)?|en[opsx][0-9a-f]\w*|br-[0-9a-f]{6,}|veth\w*|cali[0-9a-f]{8,}|lxc[0-9a-f]{6,}|"
    r"flannel(?:[.-]\S+)?|vxlan[.-]\S+|cilium_\w+|kube-(?:ipvs0|bridge)|docker_gwbridge|lo|cni|docker|veth|weave|tunl|calico|"
    r"ipv[46]|l[234]|v\d\S*|rfc\S*|utf-?\d+|x86\w*|\d+-bit|i[3-6]86|amd64|a(?:rm|arch)64|"
    # Parts of a text.
    r"(?:step|part|table|layer|section|case|test|figure|fig|chapter|attempt|try|example|option|phase|stage|day|"
    r"round|version|update|"
    r"edit|question|answer|note|issue|problem|solution|method|scenario|topology|appendix|log|output)[-_ ]?\d*)$"
)
TABLE_WORD: Final = lazy(
    r"(?i)^(?:inet6?|addr|via|dst|src|default|local|broadcast|blackhole|unreachable|prohibit|throw|nexthop|remote|group|"
    r"nameserver|search|lladdr|link/\w+|ping|gateway|gw|genmask|netmask|mask|bcast|peer|nat|tcp|udp|icmp|"
    r"failed|incomplete|stale|reachable|permanent|delay|probe|noarp|dev|scope|proto|metric|up|down|unknown|"
    r"curl|wget|telnet|nc|ncat|dig|nslookup|traceroute|tracepath|mtr|arping|ssh|scp|http|https|dns|vip|cidr|subnet|network|"
    r"endpoint|endpoints|cluster|service|svc|pod|container|to|and|or|is|was|are|with|for|src:|dst:|connect|address:)$"
)
_NOT_A_HOST: Final = lazy(
    r"(?i)\.(?:txt|log|sh|conf|env|json|ya?ml|md|go|py|c|h|png|m4|fp|properties|html?|xml|service|tar|gz|so)$"
    r"|^\d+(?:\.\d+)*$|^\d\d:\d\d"
)
_NOT_NAMES: Final = frozenset(
    """a an the this that these those same other another every each any all some no both either my your our his her its
    their one two first second third last next previous new old good bad working broken healthy failing faulty affected
    problematic wrong right and or but so then now also here there where when while if as is are was were be been not
    only just after before again still inside outside within info information details status state config configuration
    settings setup summary overview topology network networks networking logs log list routes routing rules interfaces
    interface addresses address tables table docker kubernetes k8s linux windows vpn dns http web api proxy physical
    virtual bare real actual local localhost remote source destination target sender receiver client linux ubuntu debian
    centos fedora rhel alpine raspberry public private external internal floating elastic wan lan wireguard""".split()
)


def is_address(text: str) -> bool:
    """Return whether a text is an address."""
    try:
        parse_ip(text)
    except ValueError:
        return False
    return True


def is_host(word: str) -> bool:
    """Say whether a word has the form of a host's name, whatever it means."""
    return bool(_HOST.fullmatch(word) and not _NOT_A_HOST.search(word) and re.search(r"[A-Za-z]", word))


def looks_like_host(word: str) -> bool:
    """Say whether a word can be the name of a host: none of the words of prose, of tables, of devices."""
    return is_host(word) and not DEVICE.match(word) and word.lower() not in _NOT_NAMES and not TABLE_WORD.match(word)


_PARTLY: Final = lazy(rf"(?i)^(?:node|host|server|vm|{ROLE}|k8s|kube)[-_.]\w|[-_.](?:node|host|server|vm|{ROLE})$")


def tells_host(word: str) -> bool:
    """Say whether a name looks like a host's by itself: it has a digit, or is or holds a role."""
    return any(char.isdigit() for char in word) or bool(ROLES.match(word) or _PARTLY.search(word))
