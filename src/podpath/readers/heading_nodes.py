"""Headings of a node: its name, its address, a label and its number (``Node 1``, ``主机A``), what it is to the person."""

# ruff: noqa: RUF001, SIM905 - words of many languages; lists of words are read best as text

import re
from typing import Final

from podpath.readers.heading import DECORATION, EAST, ENUMERATION, REMARK, STRONG, TAG, Heading, Kind, core_of, stands_out
from podpath.readers.heading_places import of_place
from podpath.readers.host_words import (
    DEVICE,
    MACHINE_WORD,
    NODE_LABEL,
    ROLE,
    ROLES,
    TABLE_WORD,
    is_address,
    is_host,
    looks_like_host,
    tells_host,
)
from podpath.readers.registry import is_program
from podpath.state.address import Ip, parse_ip
from podpath.state.pattern import lazy

_MOST_WORDS: Final = 4
TITLE_WORDS: Final = 5
_TITLE: Final = lazy(r"^\s*(?:#{1,6}\s+\S|\*\*\S|={2,}\s*\S|【)")
ADDRESS: Final = lazy(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-fA-F:]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]{3,39})(?![\w.]*[\d:])",
    re.ASCII,
)
_LABELS: Final = lazy(
    rf"(?i)^(?:{MACHINE_WORD}|on|at|from|in|the|of|auf|dem|der|den|von|im|sur|le|la|les|du|de|dans|en|el|del|su|nel|sul|no|na|da|"
    r"op|på|pe|pada|di|trên|we?|ze?|z|here|here's|hier|aquí|aqui|ici|вот|ecco|wynik|uitvoer|utdata|"
    r"výstup|ip|address|name|output|outputs|dump|state|capture|results?|logs?|ausgabe|sortie|salida|saída|вывод|на|с|"
    r"ip地址|上|在|的|输出|上的输出|的输出|上执行|执行|上查看|查看|上操作|操作|上运行|运行|结果|の|出力|の出力|에서)$"
)
_SPLIT: Final = lazy(r"[\s()\[\]:\uff1a=#,\uff0c]+")
_NAMED: Final = lazy(r"\w\s*[:\uff1a]\s*\S")
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
_ADDRESS_LABEL: Final = lazy(r"(?i)^\W*(?:ip|address|ip address|server|name|dns|vip|gateway|ip地址)\s*[:=\uff1a]")
_ON: Final = lazy(
    r"(?i)^(?P<before>.{0,40}?)\b(?:on|from|at|of|for|auf|von|sur|en|na|на) (?:the |dem |le |el )?"
    rf"(?:{ROLE} (?=node|host|server|machine|vm))?"
    r"(?:(?:node|host|server|machine|vm|worker|master|knoten|rechner|nœud|nodo|servidor|узел|узле|сервере) )?[`\"'“*]*"
    r"(?P<name>[A-Za-z0-9][\w.-]{0,99})[`\"'”*]* ?(?:\([^()]*\))? ?[:\uff1a]?$"
)
"""``ip a on n1:``, ``Output from n1``."""
SMALL: Final = "on|from|at|in|of|for|the|is|are|here|here's|this|and|side|outputs?|results?|tables?|routes?|dump|commands?"
"""English words around a label and its number that say nothing else."""
_SMALL: Final = lazy(
    rf"(?i)(?:^|(?<=\s))(?:{SMALL}|auf|dem|"
    r"vom|von|sur|le|du|en|el|del|na|no|на|в|с|sul|sulla|nel|nella|im|nos|op|på|w|из|вывод|在|上|的|输出|上的输出|上执行|执行|结果|の|出力)(?=\s|$)|'s(?=\s|$)"
)
"""Words around a label and its number that say nothing else: ``Here is node 2's output:``."""
_OUTPUT: Final = lazy(r"(?i)\b(?:outputs?|results?|dump|ausgabe|sortie|salida|saída|вывод)\b|输出|执行|结果|出力|출력")
ORDINAL: Final = lazy(
    r"(?i)^(?:(?:on|at|from|in) )?(?:the )?(?P<name>(?:first|second|third|fourth|client|server|sending|receiving|"
    r"source|destination|left|right|"
    r"working|broken|failing|healthy|faulty|bad|good|master|worker|slave|control[- ]plane|old|new)[ -](?:node|host|"
    r"server|machine|vm|box))$"
)
"""A machine that is called by what it is to the person: ``Client machine:``, ``On the second node:``."""
NTH: Final = lazy(
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
    found = [match for match in ADDRESS.finditer(core) if is_address(match[0])]
    if len(found) != 1:
        return None, None, core if not found else ""
    match = found[0]
    return parse_ip(match[0]), match[0], f"{core[: match.start()]} {core[match.end() :]}"


def _words(text: str) -> list[str]:
    """Return the words that are not decoration and not a label such as ``node``."""
    words = (word.strip(DECORATION) for word in re.split(r"[\s()\[\]:\uff1a=,\uff0c|/、]+", text))
    return [word for word in words if word and not _LABELS.match(word)]


def _has_label(text: str) -> bool:
    return any(_LABELS.match(word.strip(DECORATION)) for word in re.split(r"[\s()\[\]:\uff1a=#,\uff0c]+", text) if word)


def _of_role(core: str) -> Heading | None:
    """Return the heading if it is a word for a machine's role with letters that no host name has."""
    match = _ROLE_WORD.match(core)
    return Heading(f"{match['name']}{match['number'] or ''}", None) if match is not None else None


def of_node(core: str, line: str) -> Heading | None:
    """Return the heading of a node.

    Args:
        core: the line without what marks it as a heading.
        line: the line.
    """
    if not core.isascii() and stands_out(line) and (role := _of_role(core)) is not None:
        return role
    if not core.isascii() and (match := _NODE_OF.match(core.replace(" ", ""))) and looks_like_host(match["name"]):
        return Heading(match["name"], None)
    address, written, rest = _address(core)
    rest = re.sub(r"[()（）\[\]]", " ", rest) if written else rest
    bare = rest.strip(DECORATION + "/@")
    strong = STRONG.match(line) is not None or TAG.search(line) is not None
    if (named := _numbered(bare, marked=stands_out(line) or written is not None)) is not None:
        # In other scripts a machine is best called by its address, where the heading has it.
        own = written if written is not None and not named.isascii() else named
        return Heading(own, address, also=named)
    words = _words(rest)
    if address is not None and written is not None:
        if len(words) > _MOST_WORDS or (_ADDRESS_LABEL.match(line) and not words):
            return None
        return _with_address(words, address, written, strong=strong, label=_has_label(rest), line=line)
    if len(words) <= TITLE_WORDS:
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
    core = REMARK.sub("", core).strip(DECORATION)
    if not core.isascii():
        core = _AROUND.sub("", core.replace(" ", "") if EAST.search(core) else core)
        if _BEHIND.match(core):
            return core
    for text in (core, _SMALL.sub("", core).strip(DECORATION) if marked else core):
        if _NUMBERED.match(text):
            return " ".join(text.replace("#", " ").split())
    return None


def _with_address(words: list[str], address: Ip, written: str, *, strong: bool, label: bool, line: str) -> Heading | None:
    if any(TABLE_WORD.match(word) for word in words):
        return None
    hosts = [word for word in words if is_host(word) and not DEVICE.match(word)]
    foreign = [word for word in words if not word.isascii()]
    plain = len(words) - len(hosts) - len(foreign)
    # Undecorated, a line is a heading only when it is just a name and an address.
    if plain or len(hosts) > 1 or (len(words) > 1 and not (strong or label or foreign)):
        return None
    if hosts and not tells_host(hosts[0]) and not (looks_like_host(hosts[0]) and "-" in hosts[0]):
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
    labelled = any(NODE_LABEL.match(word.strip(DECORATION)) for word in _SPLIT.split(core_of(line).replace(name, " ", 1)) if word)
    telling = tells_host(name)
    if marked and (found := _ordinal(core)) is not None:
        return found
    if labelled and not telling and name.islower() and "-" not in name:
        return None
    said = labelled and telling and (_NAMED.search(line) or not line.isascii())
    told = telling and (ENUMERATION.match(line) or _OUTPUT.search(line) or re.match(r"(?i)\W*(?:on|from) \S+$", core))
    if (marked and (labelled or telling)) or said or told:
        return Heading(name, None)
    return None


def _ordinal(core: str) -> Heading | None:
    """Return the heading that calls a machine by what it is to the person; the host itself where that is not told."""
    match = ORDINAL.match(core) or NTH.match(core) or _OF_ORDINAL.search(core) or _WHERE.match(core)
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
        and (inner := of_place(match["before"].strip() or "-", "# heading")) is not None
    ):
        return inner._replace(also=match["name"]) if inner.kind in (Kind.POD, Kind.CONTAINER) else None
    if (
        match is not None
        and looks_like_host(match["name"])
        and tells_host(match["name"])
        and (marked or not match["before"].strip())
    ):
        return Heading(match["name"], None)
    return _title(line, core)


def _title(line: str, core: str) -> Heading | None:
    """Return the heading in a title of several words: its last word is a role or a label, and the other words distinguish it."""
    if _TITLE.match(line) is None:
        return None
    words = core.split()
    if not 1 < len(words) <= TITLE_WORDS or not all(re.fullmatch(r"[\w.+-]+", word) for word in words):
        return None
    if not (NODE_LABEL.match(words[-1]) or ROLES.match(words[-1])) or not all(word[:1].isupper() for word in words):
        return None
    telling = [word for word in words if not NODE_LABEL.match(word) and word.lower() not in _PROSE]
    return Heading(core, None) if telling and not any(word.lower() in _PROSE for word in words) else None


_PROSE: Final = frozenset(
    """a an the this that these those same other another every each any all some no my your our on in at of from for and or
    docker container vpn dns info""".split()
)
