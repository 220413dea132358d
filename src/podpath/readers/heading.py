"""What a heading names, and how people mark it: tags, numbers, rows of signs, a colon."""

# ruff: noqa: RUF001 - words of many languages; lists of words are read best as text

import re
from enum import Enum
from typing import Final, NamedTuple

from podpath.state.address import Ip
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


DECORATION: Final = "#=*_~>+<[]()|【】「」《》→•·`\"'“”-—–:\uff1a.,\uff0c、。;；✅❌⬇↓👇 \t"
STRONG: Final = lazy(r"^\s*(?:h[1-6]\.\s|#+\s*\S|={2,}|\*{2,}|-{2,}|~{2,}|>{2,}|_{2,}|\+{2,}|—{2,}|<{2,}|[【「《\[]\s*\S)")
TAG: Final = lazy(
    r"</?(?:summary|details|b|strong|em|i|u|p|h[1-6]|li|div|span|code|pre|br)\b[^<>]*>|\[/?(?:b|i|u|h\d|size|color)\b[^\]]*\]",
    re.IGNORECASE,
)
_CLICK: Final = lazy(r"(?i)\s?\((?:click[^()]*|expand[^()]*|collapsed)\)")
ENUMERATION: Final = lazy(
    r"^\s*(?:h[1-6]\.(?=\s)|[（(]?\d{1,2}(?:、|[.)）:](?!\d))|[①-⑳]|[a-zA-Z][.)](?=\s)|第?[一二三四五六七八九十]{1,2}[、.．])\s*"
)
CJK: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_BORDER: Final = lazy(rf"(?<=[{CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{CJK}])")
REMARK: Final = lazy(r"\s?[(（][^()（）]{0,40}[)）]?$")
EAST: Final = lazy(rf"[{CJK}]")
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
TABLE_OF: Final = lazy(rf"(?i)^(?:the )?{_TABLES} (?:on|of|from|for) (?=\S+:?$)|(?<=[\w)]) {_TABLES}:?$")
"""What is shown of a machine, before its name or behind it: ``Routing table on 192.0.2.1:``, ``Node 1 routes:``."""


def core_of(line: str) -> str:
    """Return a line without tags, numbering, the decoration around it and what is shown, CJK words apart from ASCII ones."""
    core = _CLICK.sub("", TAG.sub(" ", line))
    core = ENUMERATION.sub("", core.strip(" \t#>*=-_~|"))
    core = TABLE_OF.sub("", _COMMAND.sub("", core)) if core.isascii() else _SHOWN.sub("", core)
    return " ".join(_BORDER.sub(" ", core).strip(DECORATION).split())


def stands_out(line: str) -> bool:
    """Say whether a line is marked as a heading: by signs before it, by a tag, by a colon at its end."""
    return STRONG.match(line) is not None or TAG.search(line) is not None or line.rstrip(" *_").endswith((":", "\uff1a"))
