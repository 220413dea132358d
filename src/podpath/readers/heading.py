"""Headings: a line of pasted text that says where the following lines come from.

People write them in every language and decoration, and tools print their own
(``==> n1.txt <==``, ``n1 | CHANGED | rc=0 >>``). A heading is short: it holds a host
name, an address, or a label and its number (``Node 1``, ``主机A``), and hardly anything
else; prose is never one. ``Inside the container:`` names a namespace, ``On the host:``
leaves it, ``On the same node:`` changes nothing.
"""

# ruff: noqa: RUF001, SIM905 - words of many languages; lists of words are read best as text

import re
from enum import Enum
from typing import Final, NamedTuple

from podpath.readers.registry import is_program
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Degree
from podpath.state.pattern import lazy


class Kind(Enum):
    """What a heading names."""

    NODE = "node"
    CONTAINER = "container"
    POD = "pod"
    HOST = "host"
    """The host itself, not a container on it; which host does not change."""
    SAME = "same"
    """Where the text is already."""
    OTHER = "other"
    """Somewhere else, and nobody says where."""


class Heading(NamedTuple):
    """A node or a namespace, as a heading names it.

    Attributes:
        name: host name, label with number, or the address where there is no name; name of a container or pod.
        address: address that the heading states.
        kind: what it names.
        degree: a tool printed it (sure), or a person wrote it (stated).
        also: what a node is called beside its name: a label with its number; of a container or pod, the node that it is on.
    """

    name: str
    address: Ip | None
    kind: Kind = Kind.NODE
    degree: Degree = Degree.STATED
    also: str = ""


_LONGEST: Final = 100
_MOST_WORDS: Final = 4
_TITLE_WORDS: Final = 5
_MOST_SPACES: Final = 10
_FEW_SPACES: Final = 4
_PRINTING: Final = frozenset("#=[")
_DECORATION: Final = "#=*_~>+<[]()|【】「」《》→•·`\"'“”-—–:\uff1a.,\uff0c、。;；✅❌⬇↓👇 \t"
_STRONG: Final = lazy(r"^\s*(?:h[1-6]\.\s|#+\s*\S|={2,}|\*{2,}|-{2,}|~{2,}|>{2,}|_{2,}|\+{2,}|—{2,}|<{2,}|[【「《\[]\s*\S)")
_TITLE: Final = lazy(r"^\s*(?:#{1,6}\s+\S|\*\*\S|={2,}\s*\S|【)")
_TAG: Final = lazy(
    r"</?(?:summary|details|b|strong|em|i|u|p|h[1-6]|li|div|span|code|pre|br)\b[^<>]*>|\[/?(?:b|i|u|h\d|size|color)\b[^\]]*\]",
    re.IGNORECASE,
)
_CLICK: Final = lazy(r"(?i)\s?\((?:click[^()]*|expand[^()]*|collapsed)\)")
_PRINTED: Final = (
    lazy(r"^### node (?P<name>[\w.-]+)$"),  # podpath collect --script
    lazy(r"^==> (?:.*/)?(?P<name>[^/]+?)(?:\.(?:txt|log|out))? <==$"),  # head(1), tail(1)
    lazy(r"^(?P<name>[\w.-]+) \| (?:SUCCESS|CHANGED|FAILED)\b.*>>\s*$"),  # ansible
    lazy(r"^(?:ok|changed): \[(?P<name>[\w.-]+)\](?: => (?:\(item=[^()]*\) => )?\{)?$"),  # a task of ansible
    lazy(r"^\[\d+\] \d\d:\d\d:\d\d \[(?:SUCCESS|FAILURE)\] (?:[\w.-]+@)?(?P<name>[\w.-]+)"),  # pssh
)
_NO_HEADING: Final = ("#+", ":::")
"""What org-mode and other markup have for directives."""
_TITLED: Final = lazy(r'^\[(?:details|spoiler|hide)="?(?P<title>[^"\]=\n]{1,100}+)"?\]$')
"""What BBCode folds in, below its title."""
_K9S: Final = lazy(r"^<<K9s-Shell>> Pod: (?P<name>[\w.-]+/[\w.-]+) \| Container: ")
_RESULT: Final = ("ok: [", "changed: [")
_SCRIPT: Final = lazy(r"^### node (?P<name>[\w.-]+) (?P<address>[0-9a-fA-F.:]+)$")
_TREE: Final = lazy(r"^\s*(?:[|+`├└]--|[├└│]─)")
"""A branch of a tree (`/proc/net/fib_trie`, pstree(1)), which may well end in nothing but an address."""
_ADDRESS: Final = lazy(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-fA-F:]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]{3,39})(?![\w.]*[\d:])",
    re.ASCII,
)
_HOST: Final = lazy(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_ENUMERATION: Final = lazy(
    r"^\s*(?:h[1-6]\.(?=\s)|[（(]?\d{1,2}(?:、|[.)）:](?!\d))|[①-⑳]|[a-zA-Z][.)](?=\s)|第?[一二三四五六七八九十]{1,2}[、.．])\s*"
)
_CJK: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_BORDER: Final = lazy(rf"(?<=[{_CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_CJK}])")
_MACHINE_WORD: Final = (
    r"node|host|hostname|nodename|server|machine|vm|worker node|instance|box|nodo|knoten|rechner|nœud|noeud|hôte|hote|"
    r"serveur|servidor|máquina|maquina|nó|узел|узла|узле|хост|хоста|хосте|сервер|сервера|сервере|ноде|ноды|вузол|вузлі|сервері|"
    r"węzeł|węźle|węzła|serwer|serwerze|serwera|maszynie|uzel|uzlu|serveru|noden|servern|maskinen|serveren|knooppunt|"
    r"düğümü?n?de|sunucusu?n?da|sunucuda|makine(?:si)?n?de|nodul|serverul|máy chủ|máy|nút|solmu|solmulla|"
    r"节点|主机|机器|服务器|節點|主機|伺服器|虚拟机|ノード|ホスト|サーバー?|노드|호스트|서버"
)
_NODE_LABEL: Final = lazy(rf"(?i)^(?:{_MACHINE_WORD})$")
_LABELS: Final = lazy(
    rf"(?i)^(?:{_MACHINE_WORD}|on|at|from|in|the|of|auf|dem|der|den|von|im|sur|le|la|les|du|de|dans|en|el|del|su|nel|sul|no|na|da|"
    r"op|på|pe|pada|di|trên|we?|ze?|z|here|here's|hier|aquí|aqui|ici|вот|ecco|wynik|uitvoer|utdata|"
    r"výstup|ip|address|name|output|outputs|dump|state|capture|results?|logs?|ausgabe|sortie|salida|saída|вывод|на|с|"
    r"ip地址|上|在|的|输出|上的输出|的输出|上执行|执行|上查看|查看|上操作|操作|上运行|运行|结果|の|出力|の出力|에서)$"
)
_SPLIT: Final = lazy(r"[\s()\[\]:\uff1a=#,\uff0c]+")
_NAMED: Final = lazy(r"\w\s*[:\uff1a]\s*\S")
ROLE: Final = (
    r"(?:(?:k8s|kube|rke|rke2|k3s)-?)?(?:master|worker|slave|minion|control-?plane|controller|manager|agent|leader|gateway|"
    r"router|edge|compute|storage|bastion|leader|follower|primary|secondary)"
)
"""What people call a machine by what it does in a cluster."""
_ROLES: Final = lazy(rf"(?i)^(?:{ROLE}|maestro|trabajador|esclavo|esclave|travailleur|mestre|trabalhador|escravo)$")
_ROLE_WORD: Final = lazy(
    r"(?i)^(?:[^:!?]{0,40}[!.,、，]\s)?(?:(?:а |и )?(?:на|с|sur|le|la|du|en|el|na|no)\s+(?:le |la |el )?)?"
    r"(?P<name>мастер|воркер|клиент|сервер|ワーカー|マスター|クライアント|워커|마스터|클라이언트|主节点|从节点|工作节点|控制节点|计算节点|maître|mestre)"
    r"(?:[аеу](?![а-я]))?(?:[ -]?(?:ноде?|узле?|ノード|노드))?\s?#?(?P<number>\d{1,3})?(?:側|上|で|에서|의)*$"
)
"""``На мастере:``, ``ワーカー側：``, ``从节点上：``."""
_NUMBER: Final = r"(?:\d{1,4}|[A-Z]|[一二三四五六七八九十甲乙丙]|[IVX]{1,3}|one|two|three|four|five|six)"
_NUMBERED: Final = lazy(
    rf"(?i)^(?P<label>{ROLE}|node|host|server|machine|vm|box|peer|pi|client|computer|pc|nodo|knoten|rechner|nœud|"
    rf"noeud|hôte|hote|"
    r"serveur|servidor|máquina|maquina|nó|"
    r"уз(?:ел|ла|ле)|хост[ае]?|сервер[ае]?|нод[аеы]|节点|主机|机器|服务器|節點|主機|伺服器|虚拟机|主节点|从节点|工作节点|"
    r"ノード|ホスト|サーバー?|노드|호스트|서버)"
    rf" ?[#_-]? ?(?P<number>(?-i:{_NUMBER})|(?i:one|two|three|four|five|six))$"
)
"""A label and its number: ``Node 1``, ``Server A``, ``主机1``, ``节点一``."""
_DEVICE: Final = lazy(
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
_TABLE_WORD: Final = lazy(
    r"(?i)^(?:inet6?|addr|via|dst|src|default|local|broadcast|blackhole|unreachable|prohibit|throw|nexthop|remote|group|"
    r"nameserver|search|lladdr|link/\w+|ping|gateway|gw|genmask|netmask|mask|bcast|peer|nat|tcp|udp|icmp|"
    r"failed|incomplete|stale|reachable|permanent|delay|probe|noarp|dev|scope|proto|metric|up|down|unknown|"
    r"curl|wget|telnet|nc|ncat|dig|nslookup|traceroute|tracepath|mtr|arping|ssh|scp|http|https|dns|vip|cidr|subnet|network|"
    r"endpoint|endpoints|cluster|service|svc|pod|container|to|and|or|is|was|are|with|for|src:|dst:|connect|address:)$"
)
_KEY: Final = lazy(
    r"^\s*[\"']?[\w.-]*(?:IP|Ip|IPs|Ips|IPAddress|Address|Addr|CIDR|VIP|DNS|Gateway|Netmask|Broadcast)[\"']?\s*[:=]"
    r"|^\s*(?:[A-Z]\w* )?Address(?:es)?\s*[:=]"
    r"|^\s*[A-Za-z][\w.]*[-_](?:ip|address|addr|cidr|vip|dns|gateway|netmask)s?\s*[:=]"
)
"""The key of a document or of a table of settings: ``podIP:``, ``"IPAddress":``, ``VIP:``."""
_DATA: Final = lazy(r"^\s*[\"']|,\s*$|^\s*-\s+\w+:\s|[\"']\s*[:=]\s*[\"']|^[^\s=]*=\S+$|^\s*[\w.-]+ = \S")
_LOOKED_UP: Final = lazy(r"(?i)^\s*(?:server|address|ip|name|host|dns|nameserver|hostname|addresses|gateway)\s*:(?:\s{2,}|\t+)\S")
"""A line of an answer with its value aligned: ``Server:\t\t10.96.0.10``, ``IP:           10.244.1.5``."""
_ADDRESS_LABEL: Final = lazy(r"(?i)^\W*(?:ip|address|ip address|server|name|dns|vip|gateway|ip地址)\s*[:=\uff1a]")
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
_SAME: Final = lazy(
    r"(?i)^(?:and |but |then |now |also )*(?:(?:on|at|from|in|auf|sur|en) )?(?:the |dem |le |el )?"
    r"(?:same|this|that|selben|gleichen|même|mismo|said) (?:\w+ )?(?:node|host|server|machine|vm|box|knoten|rechner|"
    r"nœud|nodo|servidor)s?$"
    r"|^(?:在)?(?:同一|同|该|此|这)(?:个|台)?(?:节点|主机|机器|服务器)(?:上)?$"
)
_HOST_ITSELF: Final = lazy(
    r"(?i)^(?:and |then |now |back )*(?:(?:on|at|from|in|to|outside|auf|sur|en|im) )*(?:the |dem |le |el |l'|a )?"
    r"(?:docker |container |physical |bare[- ]metal |host |kubernetes |k8s |linux |vm )?(?:host|host machine|"
    r"host system|host side|hôte|anfitrión|wirt)"
    r"(?: (?:machine|system|itself|side|network|namespace|output))?$"
    r"|^(?:(?:back )?(?:on|from|in|at) )?the (?:node|server|machine|vm|box)(?: itself)?$"
    r"|^(?:在)?(?:宿主机|宿主機|物理机|母机|宿主)(?:上|中|里|端)?(?:的?输出|执行)?$|^ホスト側?(?:で)?$"
)
_INSIDE_WORD: Final = (
    r"container|pod|guest|guest vm|容器|Pod|コンテナ|컨테이너|контейнер[ае]?|conteneur|contenedor|contêiner|behälter|netns|"
    r"network namespace|"
    r"命名空间"
)
_INSIDE: Final = lazy(
    rf"(?i)^(?:and |then |now |but )*(?:(?:from|in|inside|within|on|output|outputs|of|im|nel|nella|sul|na|dans|le|en|el|"
    rf"dentro|del|do|"
    rf"no|внутри|в|into|"
    rf"logs?|shell|exec|what|seen|as|the|a|an|my|our|one|some|this|that|each|affected|failing|working|same|client|server|在|进入|此|该|某)\s*)*"
    rf"(?P<what>{_INSIDE_WORD})"
    rf"(?:\s*(?:里面|内部|内|里|中|中的|上|の中|内で|안|안에서|side|itself|output|shell|view|network|的|后|查看|执行|sees|perspective))*$"
)
_NAMED_INSIDE: Final = lazy(
    r"(?i)^(?:and |then |now )*(?:(?:from|in|inside|within|on|output|of|the|im|nel|nella|na|no|dans|在|进入|le|el|dentro|del?|"
    r"do|da|innerhalb|des|внутри|в|w|i|wewnątrz|inuti)\s+|"
    r"(?:在|进入|再|然后|接着|查看|看|同样)\s?)*(?:(?P<first>container[sn]?|pod|容器|コンテナ|컨테이너|conteneur|contenedor|contêiner|"
    r"контейнер[ае]?|kontener(?:ze|a)?)(?:\s*[:\uff1a]\s*|"
    r"\s+)[`\"'\"“]?(?P<name1>[A-Za-z0-9][\w./-]{0,99})[`\"'”]?(?:\s*\([^()]*\))?"
    r"|[`\"'“]?(?P<name2>[A-Za-z0-9][\w./-]{0,99})[`\"'”]?\s*(?P<second>container|pod|容器|コンテナ))"
    r"(?>\s*+(?:里面|内部|内|里|中|上|の中|안(?:에서)?|에서|output))*+(?:\s*的?(?:网卡|网络|接口|地址|路由表?|[iI][pP]|配置|信息|情况|输出|结果)(?:信息|如下)?)?$"
)
_INSIDE_OF: Final = lazy(
    r"(?i)^(?:在|进入|進入)?(?P<name>[A-Za-z][\w.-]{0,99}?)(?:节点|主机|机器|服务器|節點)?上?[的の](?P<what>pod|容器|コンテナ)"
    r"(?:里面?|内部?|中|上|裡)?[でのに]?(?:查看|执行|運行|运行|输出|結果|结果|実行)?$"
)
_POD_NAME: Final = lazy(r"^pods?/(?P<name>[a-z0-9][a-z0-9.-]{0,99})$")
"""A pod as ``kubectl get -o name`` prints it."""
_LETTERED: Final = lazy(
    r"(?i)^(?P<what>container|pod|容器|コンテナ|컨테이너) ?(?P<label>#?[A-Za-z0-9][\w.-]{0,62})"
    r"\s?[(（]\s?(?P<told>[\w./:-]{1,99})\s?[)）]?$"
)
"""``Container A (web)``, ``Pod web (10.0.0.5)``: the name is what is no letter, number or address."""
_LABEL: Final = lazy(r"#?(?:[A-Za-z]|\d{1,3})$")
_NO_NAME_INSIDE: Final = frozenset(
    """the this that my our a an each every all other another same info information details status state config
    configuration settings network networks networking logs log list routes routing interfaces interface address
    addresses table docker kubernetes has is are was can cannot does inspect id ip name runtime image images output side
    view exec ps cidr cidrs subnet traffic port ports mapping creating starting running stats engine security registry
    to from with for start stop create restart restarts ids names namespace namespaces label labels annotations spec
    events event""".split()
)
_INSIDE_NAMED: Final = lazy(r"(?i)^(?P<what>pod|container)(?:[-_]?\d{1,3}|[-_][a-z])$")
_ON: Final = lazy(
    r"(?i)^(?P<before>.{0,40}?)\b(?:on|from|at|of|for|auf|von|sur|en|na|на) (?:the |dem |le |el )?"
    rf"(?:{ROLE} (?=node|host|server|machine|vm))?"
    r"(?:(?:node|host|server|machine|vm|worker|master|knoten|rechner|nœud|nodo|servidor|узел|узле|сервере) )?[`\"'“*]*"
    r"(?P<name>[A-Za-z0-9][\w.-]{0,99})[`\"'”*]* ?(?:\([^()]*\))? ?[:\uff1a]?$"
)
"""``ip a on n1:``, ``Output from n1``."""


_REMARK: Final = lazy(r"\s?[(（][^()（）]{0,40}[)）]?$")
SMALL: Final = "on|from|at|in|of|for|the|is|are|here|here's|this|and|side|outputs?|results?|tables?|routes?|dump|commands?"
"""English words around a label and its number that say nothing else."""
_SMALL: Final = lazy(
    rf"(?i)(?:^|(?<=\s))(?:{SMALL}|auf|dem|"
    r"vom|von|sur|le|du|en|el|del|na|no|на|в|с|sul|sulla|nel|nella|im|nos|op|på|w|из|вывод|在|上|的|输出|上的输出|上执行|执行|结果|の|出力)(?=\s|$)|'s(?=\s|$)"
)
"""Words around a label and its number that say nothing else: ``Here is node 2's output:``."""
_LEADING: Final = lazy(r"(?i)^(?:(?:here(?:'s| is)|this is|that is|that's|and|now|from|on|of|the|my|output|same) ){1,4}")
_OUTPUT: Final = lazy(r"(?i)\b(?:outputs?|results?|dump|ausgabe|sortie|salida|saída|вывод)\b|输出|执行|结果|出力|출력")
_OTHER: Final = lazy(
    r"(?i)^(?:(?:on|at|from|and|auf|sur|en) )*(?:(?:the|an|a|one of the|dem|l'|la|el) ?)*(?:other|another|anderen|"
    r"autre|otro|different|remote|"
    r"second one|next) (?:\w+ )?(?:node|host|server|machine|vm|box|knoten|rechner|nœud|nodo|servidor|side|one)s?$"
    r"|^(?:在)?(?:另一|另外一|其他|别的|其它)(?:个|台)?(?:节点|主机|机器|服务器)(?:上)?$"
)
_ORDINAL: Final = lazy(
    r"(?i)^(?:(?:on|at|from|in) )?(?:the )?(?P<name>(?:first|second|third|fourth|client|server|sending|receiving|"
    r"source|destination|left|right|"
    r"working|broken|failing|healthy|faulty|bad|good|master|worker|slave|control[- ]plane|old|new)[ -](?:node|host|"
    r"server|machine|vm|box))$"
)
"""A machine that is called by what it is to the person: ``Client machine:``, ``On the second node:``."""
_NTH: Final = lazy(
    r"(?i)^(?:(?:ausgabe|salida|sortie|saída|uitvoer|вывод|wynik) )?"
    r"(?:(?:auf|von|vom|im|en|de|del|sur|du|na|no|do|sul|dal|op|van|с|на|z) )?(?:(?:dem|der|den|el|la|le|o|il|de) )?(?P<name>"
    r"(?:ersten?|zweiten?|dritten?|defekten?|funktionierenden?|primer|segundo|tercer|premier|deuxième|second|troisième|primeiro|"
    r"terceiro|primo|secondo|terzo|eerste|tweede|derde|перв(?:ый|ом|ой|ого)|втор(?:ой|ом|ого)|треть(?:ем|ей|его)|pierwszym|"
    r"drugim|trzecim) (?:knoten|server|rechner|host|node|maschine|vm|nodo|servidor|nœud|noeud|serveur|hôte|nó|ноде|узле|"
    r"сервере|хосте|машине|ноды|węźle|serwerze|hoście))$"
)
"""The same in other languages: ``Auf dem zweiten Knoten:``."""
_OF_ORDINAL: Final = lazy(
    r"(?i)\b(?:on|from|of) the (?P<name>(?:first|second|third|fourth|working|broken|failing|healthy|faulty) "
    r"(?:node|host|server|machine|vm))$"
)
_WHERE: Final = lazy(
    r"(?i)^(?:on|from|at) the (?:node|host|server|machine|vm) (?:where|that|which|of|running|with) [^()]{1,50}"
    r"(?:\((?P<name>[\w.-]+)\)?)?$"
)
"""``On the node where the pod runs (n1):``."""


_EAST: Final = lazy(rf"[{_CJK}]")
_AROUND: Final = lazy(
    r"^(?:在|於|于)|(?:(?:上面?|里面?|中)?(?:的)?(?:执行|运行|输出|结果|操作|查看|情况)?(?:如下)?|(?:側)?(?:での|で|の|上で|から)?(?:実行|出力|結果)?|"
    r"(?:에서의|에서|의)?(?:출력|실행|결과)?)$"
)
"""Words around a label and its number where no spaces part them: ``在节点1上执行``, ``ノード1で実行``, ``노드1에서``."""
_BEHIND: Final = lazy(
    r"^(?:[A-Z]|\d{1,3}|[一二三四五六七八九十甲乙丙])(?:号|#|号机)?(?:机器|节点|主机|服务器|机|節點|伺服器|サーバー?|ノード|号機)$"
    r"|^第?[一二三四五六\d]{1,2}(?:台目の|台|个|個|番目の?)(?:机器|节点|主机|服务器|虚拟机|節點|サーバー?|ノード)$"
)
"""A label behind its number: ``A机器``, ``第一台机器``."""


def _address(core: str) -> tuple[Ip | None, str | None, str]:
    """Return the only address in the text, as number and as written, and the text without it."""
    found = [match for match in _ADDRESS.finditer(core) if is_address(match[0])]
    if len(found) != 1:
        return None, None, core if not found else ""
    match = found[0]
    return parse_ip(match[0]), match[0], f"{core[: match.start()]} {core[match.end() :]}"


def is_address(text: str) -> bool:
    """Return whether a text is an address."""
    try:
        parse_ip(text)
    except ValueError:
        return False
    return True


def _is_host(word: str) -> bool:
    return bool(_HOST.fullmatch(word) and not _NOT_A_HOST.search(word) and re.search(r"[A-Za-z]", word))


def looks_like_host(word: str) -> bool:
    """Say whether a word can be the name of a host: none of the words of prose, of tables, of devices."""
    return _is_host(word) and not _DEVICE.match(word) and word.lower() not in _NOT_NAMES and not _TABLE_WORD.match(word)


_PARTLY: Final = lazy(rf"(?i)^(?:node|host|server|vm|{ROLE}|k8s|kube)[-_.]\w|[-_.](?:node|host|server|vm|{ROLE})$")


def _tells(word: str) -> bool:
    """Say whether a name looks like a host's by itself: it has a digit, or is or holds a role."""
    return any(char.isdigit() for char in word) or bool(_ROLES.match(word) or _PARTLY.search(word))


def _words(text: str) -> list[str]:
    """Return the words that are not decoration and not a label such as ``node``."""
    words = (word.strip(_DECORATION) for word in re.split(r"[\s()\[\]:\uff1a=,\uff0c|/、]+", text))
    return [word for word in words if word and not _LABELS.match(word)]


def _has_label(text: str) -> bool:
    return any(_LABELS.match(word.strip(_DECORATION)) for word in re.split(r"[\s()\[\]:\uff1a=#,\uff0c]+", text) if word)


_COMMAND: Final = lazy(
    r"(?<=[\w)])\s*(?:[:：|-]\s*)?[`(]*\b(?:ip (?:-\S+ )*(?:a|addr|r|ro|route|rule|ru|n|neigh|l|link)|bridge (?:fdb|link|vlan)"
    r"|ip6?tables(?:-save)?|arp -\w+|route -n|ifconfig)\b[^()]{0,60}[`)]*:?\s*$"
)
"""A command at the end of a heading: ``Worker 1 ip route``."""
_SHOWN: Final = lazy(
    r"(?<=[点机器A-Za-z0-9一二三四])\s*(?:上|中)?的?(?:路由表?|路由信息|网络|网卡|接口|信息|配置|状态|日志|邻居表?|[aA][rR][pP]表?|[fF][dD][bB]表?|转发表|规则)"
    r"(?:信息|情况|如下)?[:：]?$"
)
"""What is shown of a machine, behind its name where no spaces part them: ``Node1节点路由``."""


_TABLES: Final = (
    r"(?:rout(?:e|ing)(?: tables?)?|routes|interfaces?|links?|addresses|arp(?: tables?)?|fdb|neighbou?rs?|"
    r"(?:iptables )?rules|iptables)"
)
_TABLE_OF: Final = lazy(rf"(?i)^(?:the )?{_TABLES} (?:on|of|from|for) (?=\S+:?$)|(?<=[\w)]) {_TABLES}:?$")
"""What is shown of a machine, before its name or behind it: ``Routing table on 192.0.2.1:``, ``Node 1 routes:``."""


def _plain(line: str) -> str:
    """Return a line without tags, numbering, the decoration around it and what is shown, CJK words apart from ASCII ones."""
    core = _CLICK.sub("", _TAG.sub(" ", line))
    core = _ENUMERATION.sub("", core.strip(" \t#>*=-_~|"))
    core = _TABLE_OF.sub("", _COMMAND.sub("", core)) if core.isascii() else _SHOWN.sub("", core)
    return " ".join(_BORDER.sub(" ", core).strip(_DECORATION).split())


def find_heading(line: str) -> Heading | None:
    """Return what a line names as a heading, or None if it is not a heading."""
    if line[:1] in _PRINTING or " | " in line or line.startswith(_RESULT):
        for pattern in _PRINTED:
            if match := pattern.match(line):
                name = match["name"]
                return Heading(name, parse_ip(name) if is_address(name) else None, degree=Degree.SURE)
        if (match := _SCRIPT.match(line)) and is_address(match["address"]):
            return Heading(match["name"], parse_ip(match["address"]), degree=Degree.SURE)
    if line.startswith(_NO_HEADING):
        return None
    if line[:1] == "<" and (match := _K9S.match(line)) is not None:
        return Heading(match["name"], None, Kind.POD)
    if line[:1] == "[" and (match := _TITLED.match(line)) is not None:
        line = f"**{match['title']}**"
    spaces = line.strip().count(" ") if len(line) <= _LONGEST else _LONGEST
    if spaces > _MOST_SPACES or (spaces > _TITLE_WORDS and line.isascii() and not _marked(line)):
        return None  # a sentence, or a line of a log
    if _TREE.match(line) or _is_data(line):
        return None
    core = _plain(line)
    if not core:
        return None
    if _marked(line) and (match := _POD_NAME.match(core)):
        return Heading(match["name"], None, Kind.POD)
    return _of_place(core, line) or _inside_on(core, line) or _of_node(core, line) or _remarked(core, line)


def _inside_on(core: str, line: str) -> Heading | None:
    """Return the heading of a container or pod with its node in brackets: ``Inside pod web-1 (node n2):``."""
    match = _REMARK.search(core)
    if match is None or match.start() == 0 or not _marked(line):
        return None
    told, node = core[match.start() :].strip(" ()\uff08\uff09`*"), ""
    if (label := _ON_NODE.match(told)) is not None:
        node = told[label.end() :].strip("`*")
    found = _of_place(core[: match.start()].strip(_DECORATION), line.replace(match[0].strip(), "", 1))
    inner = found is not None and found.kind in (Kind.POD, Kind.CONTAINER)
    return found._replace(also=node) if found is not None and inner and node and looks_like_host(node) else None


def _remarked(core: str, line: str) -> Heading | None:
    """Return the heading before a remark in brackets: ``## rke1 (control plane)``, ``**Container (alpine)**``."""
    match = _REMARK.search(core)
    if match is None or match.start() == 0 or not _marked(line) or _ADDRESS.search(match[0]):
        return None
    bare, line = core[: match.start()].strip(_DECORATION), line.replace(match[0].strip(), "", 1)
    told = match[0].strip(" ()\uff08\uff09`*")
    if (inside := re.search(rf"(?i)\b(?:{_INSIDE_WORD})\b", match[0])) is not None:
        kind = Kind.POD if inside[0].lower() == "pod" else Kind.CONTAINER
        return Heading(bare, None, kind) if looks_like_host(bare) else None
    found = _of_place(bare, line) or _of_node(bare, line)
    if (
        found is not None
        and found.kind is Kind.NODE
        and (_ORDINAL.match(found.name) or _NTH.match(found.name))
        and looks_like_host(told)
        and _tells(told)
    ):
        return found._replace(name=told, also=found.name)  # `On the good host (n1)`
    return found


_ON_NODE: Final = lazy(rf"(?i)^(?:(?:on|at|node|host|{ROLE})[ :]+)+[`*]*")


def _is_data(line: str) -> bool:
    """Say whether a line is a key with its value, of a document or of a tool's answer."""
    return bool(_KEY.match(line) or _LOOKED_UP.match(line) or (_DATA.search(line) and _ADDRESS.search(line)))


def _marked(line: str) -> bool:
    return _STRONG.match(line) is not None or _TAG.search(line) is not None or line.rstrip(" *_").endswith((":", "\uff1a"))


def _of_place(core: str, line: str) -> Heading | None:
    """Return the heading of a namespace, of the host itself, or of where the text is already."""
    joined = core.replace(" ", "") if re.search(rf"[{_CJK}]", core) else core
    if _SAME.match(core) or _SAME.match(joined):
        return Heading("", None, Kind.SAME)
    if _OTHER.match(core) or _OTHER.match(joined):
        return Heading("", None, Kind.OTHER)
    if not _marked(line) and core.isascii() and not _ENUMERATION.match(line):
        return None
    if _HOST_ITSELF.match(core) or _HOST_ITSELF.match(joined):
        return Heading("", None, Kind.HOST)
    if (match := _INSIDE.match(core)) or (match := _INSIDE.match(joined)):
        return Heading("", None, _inner(match["what"]))
    if match := _INSIDE_OF.match(joined):  # a container of that node, or the one of that name
        return Heading(match["name"], None, _inner(match["what"]), Degree.ASSUMED)
    return _of_inner(core)


def _inner(what: str) -> Kind:
    return Kind.POD if what.lower() == "pod" else Kind.CONTAINER


def _of_inner(core: str) -> Heading | None:
    """Return the heading of a container or pod with its name."""
    if match := _NAMED_INSIDE.match(core):
        name, what = match["name1"] or match["name2"], (match["first"] or match["second"]).lower()
        if (name.isupper() or name.lower() not in _NO_NAME_INSIDE) and not is_address(name):
            return Heading(name, None, _inner(what))
    if (match := _LETTERED.match(core)) and match["label"].lower() not in _NO_NAME_INSIDE - {"a"}:
        kind = _inner(match["what"])
        if is_address(match["told"]):
            return Heading(match["label"], None, kind)
        if _LABEL.match(match["label"]):
            return Heading(match["told"], None, kind)
    if match := _INSIDE_NAMED.match(core):
        return Heading(core, None, _inner(match["what"]))
    return None


def _of_role(core: str) -> Heading | None:
    """Return the heading if it is a word for a machine's role with letters that no host name has."""
    match = _ROLE_WORD.match(core)
    return Heading(f"{match['name']}{match['number'] or ''}", None) if match is not None else None


def _of_node(core: str, line: str) -> Heading | None:
    if not core.isascii() and _marked(line) and (role := _of_role(core)) is not None:
        return role
    if not core.isascii() and (match := _NODE_OF.match(core.replace(" ", ""))) and looks_like_host(match["name"]):
        return Heading(match["name"], None)
    address, written, rest = _address(core)
    rest = re.sub(r"[()（）\[\]]", " ", rest) if written else rest
    bare = rest.strip(_DECORATION + "/@")
    strong = _STRONG.match(line) is not None or _TAG.search(line) is not None
    if (named := _numbered(bare, marked=_marked(line) or written is not None)) is not None:
        # In other scripts a machine is best called by its address, where the heading has it.
        own = written if written is not None and not named.isascii() else named
        return Heading(own, address, also=named)
    words = _words(rest)
    if address is not None and written is not None:
        if len(words) > _MOST_WORDS or (_ADDRESS_LABEL.match(line) and not words):
            return None
        return _with_address(words, address, written, strong=strong, label=_has_label(rest), line=line)
    if len(words) <= _TITLE_WORDS:
        return _without_address(words, line, core, strong=strong)
    return _of_phrase(line, core, marked=True) if line.rstrip(" *_").endswith((":", "\uff1a")) else None


_NODE_OF: Final = lazy(
    r"^在?(?P<name>[A-Za-z][\w.-]{1,99}?)(?:这台|这个)?(?:节点|主机|机器|服务器|節點|主機|機器|伺服器)(?:上|中|里)?面?的?"
    r"(?:查看|执行|運行|运行|操作|输出|輸出|结果|執行|信息|情况|如下)*$",
    re.ASCII,
)
"""``在 n1 节点上查看：``"""


def _numbered(core: str, *, marked: bool) -> str | None:
    """Return the label and number that a heading consists of, beside small words and a remark in brackets."""
    core = _REMARK.sub("", core).strip(_DECORATION)
    if not core.isascii():
        core = _AROUND.sub("", core.replace(" ", "") if _EAST.search(core) else core)
        if _BEHIND.match(core):
            return core
    for text in (core, _SMALL.sub("", core).strip(_DECORATION) if marked else core):
        if _NUMBERED.match(text):
            return " ".join(text.replace("#", " ").split())
    return None


def _with_address(words: list[str], address: Ip, written: str, *, strong: bool, label: bool, line: str) -> Heading | None:
    if any(_TABLE_WORD.match(word) for word in words):
        return None
    hosts = [word for word in words if _is_host(word) and not _DEVICE.match(word)]
    foreign = [word for word in words if not word.isascii()]
    plain = len(words) - len(hosts) - len(foreign)
    # Undecorated, a line is a heading only when it is just a name and an address.
    if plain or len(hosts) > 1 or (len(words) > 1 and not (strong or label or foreign)):
        return None
    if hosts and not _tells(hosts[0]) and not (looks_like_host(hosts[0]) and "-" in hosts[0]):
        named = strong or label or line.rstrip().endswith((":", "\uff1a"))
        if not looks_like_host(hosts[0]) or is_program(hosts[0]) or not named:
            return None
    return Heading(hosts[0] if hosts else written, address)


def _without_address(words: list[str], line: str, core: str, *, strong: bool) -> Heading | None:
    marked = strong or line.rstrip(" *_").endswith((":", "\uff1a"))
    if len(words) != 1:
        return _of_phrase(line, core, marked=marked)
    name = words[0]
    if not looks_like_host(name):
        return _of_phrase(line, core, marked=marked)
    labelled = any(
        _NODE_LABEL.match(word.strip(_DECORATION)) for word in _SPLIT.split(_plain(line).replace(name, " ", 1)) if word
    )
    telling = _tells(name)
    if marked and (found := _ordinal(core)) is not None:
        return found
    if labelled and not telling and name.islower() and "-" not in name:
        return None
    said = labelled and telling and (_NAMED.search(line) or not line.isascii())
    told = telling and (_ENUMERATION.match(line) or _OUTPUT.search(line) or re.match(r"(?i)\W*(?:on|from) \S+$", core))
    if (marked and (labelled or telling)) or said or told:
        return Heading(name, None)
    return None


def _ordinal(core: str) -> Heading | None:
    """Return the heading that calls a machine by what it is to the person; the host itself where that is not told."""
    match = _ORDINAL.match(core) or _NTH.match(core) or _OF_ORDINAL.search(core) or _WHERE.match(core)
    if match is None:
        return None
    return Heading(match["name"], None) if match["name"] else Heading("", None, Kind.HOST)


def _of_phrase(line: str, core: str, *, marked: bool) -> Heading | None:
    """Return the heading that a short phrase is: ``ip a on n1:``, ``From n1``, ``### Ubuntu Master Node``."""
    if marked and (found := _ordinal(core)) is not None:
        return found
    match = _ON.match(core)
    if (
        match is not None
        and looks_like_host(match["name"])
        and (inner := _of_place(match["before"].strip() or "-", "# heading")) is not None
    ):
        return inner._replace(also=match["name"]) if inner.kind in (Kind.POD, Kind.CONTAINER) else None
    if match is not None and looks_like_host(match["name"]) and _tells(match["name"]) and (marked or not match["before"].strip()):
        return Heading(match["name"], None)
    return _title(line, core)


def _title(line: str, core: str) -> Heading | None:
    """Return the heading in a title of several words: its last word is a role or a label, and the other words distinguish it."""
    if _TITLE.match(line) is None:
        return None
    words = core.split()
    if not 1 < len(words) <= _TITLE_WORDS or not all(re.fullmatch(r"[\w.+-]+", word) for word in words):
        return None
    if not (_NODE_LABEL.match(words[-1]) or _ROLES.match(words[-1])) or not all(word[:1].isupper() for word in words):
        return None
    telling = [word for word in words if not _NODE_LABEL.match(word) and word.lower() not in _PROSE]
    return Heading(core, None) if telling and not any(word.lower() in _PROSE for word in words) else None


_PROSE: Final = frozenset(
    """a an the this that these those same other another every each any all some no my your our on in at of from for and or
    docker container vpn dns info""".split()
)


_MACHINE: Final = lazy(
    r"(?i)^(?:(?:on|from|the|my|a) )*(?P<name>client|server|laptop|desktop|workstation|router|vps|vm|pc|macbook|control[ -]plane|"
    r"jump ?host|nas|cloud|home server|raspberry pi|rpi|pi|客户端|服务端|服务器端|主节点|从节点|工作节点)$"
)


_STARSHIP: Final = lazy(r"^(?:[\w.-]+ in )?(?:\N{GLOBE WITH MERIDIANS} ?)?(?P<host>[\w.-]+) in [~/]\S*(?: .*)?$")
"""The first line of a prompt of starship, where it shows a host."""


def lone_name(line: str) -> Heading | None:
    """Return the heading that a line with nothing but a host's name is, if a block or a command follows it.

    A word for a machine is one, too, if it is marked.
    """
    if len(line) > _LONGEST or line.strip().count(" ") > _MOST_SPACES:
        return None
    if (match := _STARSHIP.match(line)) is not None and looks_like_host(match["host"]) and _tells(match["host"]):
        return Heading(match["host"], None)
    core = _TABLE_OF.sub("", _TAG.sub(" ", line).strip(_DECORATION))
    if " " in core and core.count(" ") <= _FEW_SPACES:  # `here's node-1`, `this is from worker-a`
        core = _LEADING.sub("", core)
    if _marked(line) and (match := _MACHINE.match(core)):
        return Heading(match["name"], None)
    if not core or " " in core or not looks_like_host(core) or is_program(core):
        return None
    return Heading(core, None) if _tells(core) or "-" in core else None


def is_marked(line: str) -> bool:
    """Say whether a line is a heading that is marked as one."""
    return line.startswith(("#", "**", "==")) and find_heading(line) is not None
