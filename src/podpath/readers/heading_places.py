"""Headings of a container or pod, of the host itself, of where the text is already, or of somewhere else.

``Inside the container:`` names a namespace, ``On the host:`` leaves it, ``On the same node:`` changes nothing.
"""

# ruff: noqa: RUF001, SIM905 - words of many languages; lists of words are read best as text

import re
from typing import Final

from podpath.readers.heading import CJK, DECORATION, ENUMERATION, REMARK, Heading, Kind, stands_out
from podpath.readers.host_words import ROLE, is_address, looks_like_host
from podpath.state.evidence import Degree
from podpath.state.pattern import lazy

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
INSIDE_WORD: Final = (
    r"container|pod|guest|guest vm|容器|Pod|コンテナ|컨테이너|контейнер[ае]?|conteneur|contenedor|contêiner|behälter|netns|"
    r"network namespace|"
    r"命名空间"
)
_INSIDE: Final = lazy(
    rf"(?i)^(?:and |then |now |but )*(?:(?:from|in|inside|within|on|output|outputs|of|im|nel|nella|sul|na|dans|le|en|el|"
    rf"dentro|del|do|"
    rf"no|внутри|в|into|"
    rf"logs?|shell|exec|what|seen|as|the|a|an|my|our|one|some|this|that|each|affected|failing|working|same|client|server|在|进入|此|该|某)\s*)*"
    rf"(?P<what>{INSIDE_WORD})"
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
_OTHER: Final = lazy(
    r"(?i)^(?:(?:on|at|from|and|auf|sur|en) )*(?:(?:the|an|a|one of the|dem|l'|la|el) ?)*(?:other|another|anderen|"
    r"autre|otro|different|remote|"
    r"second one|next) (?:\w+ )?(?:node|host|server|machine|vm|box|knoten|rechner|nœud|nodo|servidor|side|one)s?$"
    r"|^(?:在)?(?:另一|另外一|其他|别的|其它)(?:个|台)?(?:节点|主机|机器|服务器)(?:上)?$"
)


def inside_on(core: str, line: str) -> Heading | None:
    """Return the heading of a container or pod with its node in brackets: ``Inside pod web-1 (node n2):``."""
    match = REMARK.search(core)
    if match is None or match.start() == 0 or not stands_out(line):
        return None
    told, node = core[match.start() :].strip(" ()\uff08\uff09`*"), ""
    if (label := _ON_NODE.match(told)) is not None:
        node = told[label.end() :].strip("`*")
    found = of_place(core[: match.start()].strip(DECORATION), line.replace(match[0].strip(), "", 1))
    inner = found is not None and found.kind in (Kind.POD, Kind.CONTAINER)
    return found._replace(also=node) if found is not None and inner and node and looks_like_host(node) else None


_ON_NODE: Final = lazy(rf"(?i)^(?:(?:on|at|node|host|{ROLE})[ :]+)+[`*]*")


def of_place(core: str, line: str) -> Heading | None:
    """Return the heading of a namespace, of the host itself, or of where the text is already."""
    joined = core.replace(" ", "") if re.search(rf"[{CJK}]", core) else core
    if _SAME.match(core) or _SAME.match(joined):
        return Heading("", None, Kind.SAME)
    if _OTHER.match(core) or _OTHER.match(joined):
        return Heading("", None, Kind.OTHER)
    if not stands_out(line) and core.isascii() and not ENUMERATION.match(line):
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
