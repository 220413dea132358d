"""Headings: a line of pasted text that says where the following lines come from.

People write them in every language and decoration, and tools print their own
(``==> n1.txt <==``, ``n1 | CHANGED | rc=0 >>``). A heading is short: it holds a host
name, an address, or a label and its number, and hardly anything else; prose is never one.
"""

import re
from typing import Final

from podpath.readers.heading import DECORATION, REMARK, TABLE_OF, TAG, Heading, Kind, core_of, stands_out
from podpath.readers.heading_nodes import ADDRESS, NTH, ORDINAL, TITLE_WORDS, of_node
from podpath.readers.heading_places import INSIDE_WORD, inside_on, of_place
from podpath.readers.host_words import is_address, looks_like_host, tells_host
from podpath.readers.registry import is_program
from podpath.state.address import parse_ip
from podpath.state.evidence import Degree
from podpath.state.pattern import lazy

_LONGEST: Final = 100
_MOST_SPACES: Final = 10
_FEW_SPACES: Final = 4
_PRINTING: Final = frozenset("#=[")
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
_KEY: Final = lazy(
    r"^\s*[\"']?[\w.-]*(?:IP|Ip|IPs|Ips|IPAddress|Address|Addr|CIDR|VIP|DNS|Gateway|Netmask|Broadcast)[\"']?\s*[:=]"
    r"|^\s*(?:[A-Z]\w* )?Address(?:es)?\s*[:=]"
    r"|^\s*[A-Za-z][\w.]*[-_](?:ip|address|addr|cidr|vip|dns|gateway|netmask)s?\s*[:=]"
)
"""The key of a document or of a table of settings: ``podIP:``, ``"IPAddress":``, ``VIP:``."""
_DATA: Final = lazy(r"^\s*[\"']|,\s*$|^\s*-\s+\w+:\s|[\"']\s*[:=]\s*[\"']|^[^\s=]*=\S+$|^\s*[\w.-]+ = \S")
_LOOKED_UP: Final = lazy(r"(?i)^\s*(?:server|address|ip|name|host|dns|nameserver|hostname|addresses|gateway)\s*:(?:\s{2,}|\t+)\S")
"""A line of an answer with its value aligned: ``Server:\t\t10.96.0.10``, ``IP:           10.244.1.5``."""
_POD_NAME: Final = lazy(r"^pods?/(?P<name>[a-z0-9][a-z0-9.-]{0,99})$")
"""A pod as ``kubectl get -o name`` prints it."""
_LEADING: Final = lazy(r"(?i)^(?:(?:here(?:'s| is)|this is|that is|that's|and|now|from|on|of|the|my|output|same) ){1,4}")


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
    if spaces > _MOST_SPACES or (spaces > TITLE_WORDS and line.isascii() and not stands_out(line)):
        return None  # a sentence, or a line of a log
    if _TREE.match(line) or _is_data(line):
        return None
    core = core_of(line)
    if not core:
        return None
    if stands_out(line) and (match := _POD_NAME.match(core)):
        return Heading(match["name"], None, Kind.POD)
    return of_place(core, line) or inside_on(core, line) or of_node(core, line) or _remarked(core, line)


def _remarked(core: str, line: str) -> Heading | None:
    """Return the heading before a remark in brackets: ``## rke1 (control plane)``, ``**Container (alpine)**``."""
    match = REMARK.search(core)
    if match is None or match.start() == 0 or not stands_out(line) or ADDRESS.search(match[0]):
        return None
    bare, line = core[: match.start()].strip(DECORATION), line.replace(match[0].strip(), "", 1)
    told = match[0].strip(" ()\uff08\uff09`*")
    if (inside := re.search(rf"(?i)\b(?:{INSIDE_WORD})\b", match[0])) is not None:
        kind = Kind.POD if inside[0].lower() == "pod" else Kind.CONTAINER
        return Heading(bare, None, kind) if looks_like_host(bare) else None
    found = of_place(bare, line) or of_node(bare, line)
    if (
        found is not None
        and found.kind is Kind.NODE
        and (ORDINAL.match(found.name) or NTH.match(found.name))
        and looks_like_host(told)
        and tells_host(told)
    ):
        return found._replace(name=told, also=found.name)  # `On the good host (n1)`
    return found


def _is_data(line: str) -> bool:
    """Say whether a line is a key with its value, of a document or of a tool's answer."""
    return bool(_KEY.match(line) or _LOOKED_UP.match(line) or (_DATA.search(line) and ADDRESS.search(line)))


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
    if (match := _STARSHIP.match(line)) is not None and looks_like_host(match["host"]) and tells_host(match["host"]):
        return Heading(match["host"], None)
    core = TABLE_OF.sub("", TAG.sub(" ", line).strip(DECORATION))
    if " " in core and core.count(" ") <= _FEW_SPACES:  # `here's node-1`, `this is from worker-a`
        core = _LEADING.sub("", core)
    if stands_out(line) and (match := _MACHINE.match(core)):
        return Heading(match["name"], None)
    if not core or " " in core or not looks_like_host(core) or is_program(core):
        return None
    return Heading(core, None) if tells_host(core) or "-" in core else None


def is_marked(line: str) -> bool:
    """Say whether a line is a heading that is marked as one."""
    return line.startswith(("#", "**", "==")) and find_heading(line) is not None
