"""The table that ``iptables -L`` prints, line by line as the rules that ``iptables -S`` would print.

A listing is for people: without ``-v`` it hides the interfaces, without ``-n`` addresses and ports are names, and each
extension writes its options in words of its own (``save`` and ``print`` in iptables/extensions/libxt_*.c). What is hidden, or in
words that are not known here, becomes an unknown match: whether such a rule matches is unknown, by the rule that asks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from podpath.walk.netfilter.xtables.words import quote

_CHAIN: Final = re.compile(
    r"Chain (?P<name>\S+) \("
    r"(?:policy (?P<policy>\w++)(?: (?P<packets>\d+) packets, (?P<bytes>\d+) bytes|[^)]*+)?|\d+ references)\)"
)
_HEADER: Final = re.compile(r"\s*(?:num\s+)?(?:pkts\s+bytes\s+)?target\s+prot\s+opt\s")
_ROW: Final = re.compile(
    r"\s*(?:\d+\s+)?(?P<packets>\d+[KMGTP]?)\s+(?P<bytes>\d+[KMGTP]?)\s+(?:(?P<target>\S+)\s+)?(?P<proto>!?(?:\d+|[a-z][\w.-]*))\s+"
    r"(?:(?P<opt>--|-f|!f)\s+)?(?P<iif>!?\S+)\s+(?P<oif>!?\S+)\s+(?P<src>!?\S+)\s+(?P<dst>!?\S+)\s*(?P<rest>.*)$"
)
_SHORT_ROW: Final = re.compile(
    r"\s*(?:\d+\s+)?(?:(?P<target>\S+)\s+)?(?P<proto>!?(?:\d+|[a-z][\w.-]*))\s+(?:(?P<opt>--|-f|!f)\s+)?(?P<src>!?\S+)\s+(?P<dst>!?\S+)\s*"
    r"(?P<rest>.*)$"
)
_ANY_ADDRESS: Final = frozenset(("0.0.0.0/0", "anywhere", "::/0"))
_ANY_DEVICE: Final = frozenset(("*", "any"))
_ANY_PROTOCOL: Final = frozenset(("0", "all"))
_NUMERIC: Final = re.compile(r"!?(?:\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:.]+)(?:/\S+)?$")
HIDDEN: Final = "of interfaces, which -L shows only with -v,"
"""A match of a listing that may ask for devices, by its name: `iptables-save` shows it."""
_LOGS: Final = frozenset(("LOG", "NFLOG", "ULOG", "TRACE", "AUDIT"))
_FLAGS: Final = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def is_listing(text: str) -> bool:
    """Say whether a text is what ``iptables -L`` prints."""
    return "Chain " in text and any(_CHAIN.match(line) for line in text.split("\n"))


def as_rules(lines: Iterable[str]) -> list[str]:
    """Return for each line what ``iptables -S`` prints in its place: nothing for what is only layout."""
    chain, written = "", []
    for line in lines:
        if (match := _CHAIN.match(line)) is not None:
            chain = match["name"]
            counted = f" -c {match['packets']} {match['bytes']}" if match["packets"] else ""
            written.append(f"-P {chain} {match['policy']}{counted}" if match["policy"] else f"-N {chain}")
        elif not line.strip() or _HEADER.match(line) or not chain:
            written.append(line if line.startswith("#") else "")
        else:
            written.append(_rule(chain, line))
    return written


def _rule(chain: str, line: str) -> str:
    """Return a row as a rule; a row that is none is left as it is, to be told as strange."""
    match = _ROW.match(line)
    hidden = match is None
    match = match or _SHORT_ROW.match(line)
    if match is None:
        return line
    found = match.groupdict()
    packets, size = found.get("packets") or "", found.get("bytes") or ""
    counters = f"[{packets}:{size}] " if packets.isdigit() and size.isdigit() else ""
    parts = [f"{counters}-A {chain}", *_header(found)]
    if hidden:
        parts.append(f"-m {quote(HIDDEN)}")
    matches, target, goto = _words(found["rest"], found["target"] or "")
    parts += matches
    if found["target"]:
        parts += [f"{'-g' if goto else '-j'} {found['target']}", *target]
    return " ".join(parts)


def _header(found: dict[str, str | None]) -> Iterator[str]:
    """Yield what a rule asks of addresses, interfaces, protocol and fragments."""
    for flag, value in (("-s", found["src"]), ("-d", found["dst"])):
        if value is not None and value not in _ANY_ADDRESS:
            # Names of hosts and networks depend on the machine that printed them.
            yield _option(flag, value) if _NUMERIC.match(value) else f"-m {quote(f'of the address {value}')}"
    for flag, value in (("-i", found.get("iif")), ("-o", found.get("oif"))):
        if value is not None and value not in _ANY_DEVICE:
            yield _option(flag, value)
    if found["proto"] is not None and found["proto"] not in _ANY_PROTOCOL:
        yield _option("-p", found["proto"])
    if found["opt"] in ("-f", "!f"):
        yield "-f" if found["opt"] == "-f" else "! -f"


def _option(flag: str, value: str) -> str:
    negated, value = value.startswith("!"), value.removeprefix("!").strip()
    return f"{'! ' if negated else ''}{flag} {value}"


_Write = Callable[[re.Match[str]], list[str]]


def _not(match: re.Match[str]) -> str:
    return "! " if (match["not"] or "").strip() else ""


def _ports(match: re.Match[str]) -> list[str]:
    """``tcp spt:53 dpts:1000:2000 flags:0x17/0x02``."""
    written = [f"-m {match['of']}"]
    for name, negated, value in re.findall(r"\b(\w++):(!?)(\S+)", match["items"]):
        no = "! " if negated else ""
        if name in ("spt", "spts", "dpt", "dpts"):
            if not re.fullmatch(r"\d+(?::\d+)?", value):
                written.append(f"-m {quote(f'of the port {value}')}")
            else:
                written.append(f"{no}--{name[0]}port {value}")
        elif name == "flags":
            mask, _, wanted = value.partition("/")
            written.append(f"{no}--tcp-flags {_flags(mask)} {_flags(wanted)}")
    return written


def _flags(text: str) -> str:
    if not text.startswith("0x"):
        return text
    bits = int(text, 16)
    return ",".join(name for at, name in enumerate(_FLAGS) if bits >> at & 1) or "NONE"


_MATCHES: Final[tuple[tuple[re.Pattern[str], _Write], ...]] = (
    (re.compile(r"/\* .*? \*/"), lambda m: [f"-m comment --comment {quote(m[0][3:-3])}"]),
    (re.compile(r"(?P<of>tcp|udp|sctp|dccp)(?P<items>(?: (?:spts?|dpts?|flags):\S+)*)(?= |$)"), _ports),
    (re.compile(r"(?P<not>! )?(?P<of>ctstate|state) (?P<value>[A-Z,]+)"),
     lambda m: [f"-m {'conntrack' if m['of'] == 'ctstate' else 'state'} {_not(m)}--{m['of']} {m['value']}"]),
    (re.compile(r"multiport (?P<of>[sd]?ports) (?P<not>! ?)?(?P<value>[\d,:]+)"),
     lambda m: [f"-m multiport {_not(m)}--{m['of']} {m['value']}"]),
    (re.compile(r"(?P<of>mark|connmark|CONNMARK) match (?P<not>! ?)?(?P<value>0x[0-9a-f]+(?:/0x[0-9a-f]+)?)"),
     lambda m: [f"-m {m['of'].lower()} {_not(m)}--mark {m['value']}"]),
    (re.compile(r"ADDRTYPE match(?P<items>(?: (?:src|dst)-type !?\w+| limit-(?:in|out))+)"),
     lambda m: ["-m addrtype", *(f"{'! ' if no else ''}--{name}{f' {value}' if value else ''}"
                for name, no, value in re.findall(r"((?:src|dst)-type|limit-(?:in|out))(?: (!?)(\w+))?", m["items"]))]),
    (re.compile(r"limit: avg (?P<value>\S+) burst (?P<burst>\d+)"),
     lambda m: [f"-m limit --limit {m['value']} --limit-burst {m['burst']}"]),
    (re.compile(r"statistic mode random (?P<not>! )?probability (?P<value>[\d.]+)"),
     lambda m: [f"-m statistic --mode random {_not(m)}--probability {m['value']}"]),
    (re.compile(r"statistic mode nth (?P<not>! )?every (?P<value>\d+)(?: packet (?P<packet>\d+))?"),
     lambda m: [f"-m statistic --mode nth {_not(m)}--every {m['value']} --packet {m['packet'] or 0}"]),
    (re.compile(r"icmp(?P<six>v6)?\s*-?type (?P<value>\d+)(?: code (?P<code>\d+))?"),
     lambda m: [f"-m icmp --icmp-type {m['value']}{'/' + m['code'] if m['code'] else ''}"]),
    (re.compile(r"ipv6-icmptype (?P<value>\d+)(?: code (?P<code>\d+))?"),
     lambda m: [f"-m icmp6 --icmpv6-type {m['value']}{'/' + m['code'] if m['code'] else ''}"]),
    (re.compile(r"icmp (?P<value>[a-z-]+)(?= |$)"), lambda m: [f"-m icmp --icmp-type {m['value']}"]),
    (re.compile(r"PHYSDEV match(?P<items>(?: (?:! )?--physdev-is-\w+| (?:! )?--physdev-(?:in|out) \S+)+)"),
     lambda m: ["-m physdev" + m["items"]]),
    (re.compile(r"(?P<not>! )?match-set (?P<name>\S+) (?P<value>(?:src|dst)(?:,(?:src|dst))*)"),
     lambda m: [f"-m set {_not(m)}--match-set {m['name']} {m['value']}"]),
)  # fmt: skip

_TARGETS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...]] = (
    (re.compile(r"to:(?P<value>\S+)"), lambda m, of: f"--to-{'source' if of == 'SNAT' else 'destination'} {m['value']}"),
    (re.compile(r"redir ports (?P<value>\S+)"), lambda m, _: f"--to-ports {m['value']}"),
    (re.compile(r"masq ports: (?P<value>\S+)"), lambda m, _: f"--to-ports {m['value']}"),
    (re.compile(r"reject-with (?P<value>\S+)"), lambda m, _: f"--reject-with {m['value']}"),
    (re.compile(r"(?P<value>random-fully|random|persistent)(?= |$)"), lambda m, _: f"--{m['value']}"),
    (re.compile(r"(?:CT )?(?P<value>notrack)(?= |$)"), lambda m, _: f"--{m['value']}"),
    (re.compile(r"MARK (?P<how>set|xset|and|or|xor) (?P<value>0x[0-9a-f]+)(?:/(?P<mask>0x[0-9a-f]+))?"), lambda m, _: _mark(m)),
)


def _mark(match: re.Match[str]) -> str:
    """``MARK or 0x4000`` (libxt_MARK.c, mark_tg_print)."""
    value, how = int(match["value"], 16), match["how"]
    mask = int(match["mask"], 16) if match["mask"] else 0xFFFFFFFF
    if how == "and":
        value, mask = 0, ~value & 0xFFFFFFFF
    elif how == "or":
        mask = value
    elif how == "xor":
        mask = 0
    elif how == "set":
        mask |= value
    return f"--set-xmark 0x{value:x}/0x{mask:x}"


def _words(rest: str, target: str) -> tuple[list[str], list[str], bool]:
    """Return the matches that the words behind a row stand for, the options of its target, and whether it goes there for good."""
    matches: list[str] = []
    options: list[str] = []
    goto, text = False, rest.strip()
    while text:
        if text.startswith("[goto]"):
            goto, text = True, text[6:].strip()
            continue
        taken = _taken(text, target, matches, options)
        if taken == 0:
            if target in _LOGS:
                break  # how it logs changes no packet
            matches.append(f"-m {quote(text)}")
            break
        text = text[taken:].strip()
    return matches, options, goto


def _taken(text: str, target: str, matches: list[str], options: list[str]) -> int:
    """Read the next words; return how many characters they take."""
    for pattern, write in _MATCHES:
        if (match := pattern.match(text)) is not None:
            matches += write(match)
            return match.end()
    for pattern, write_option in _TARGETS:
        if (match := pattern.match(text)) is not None:
            options.append(write_option(match, target))
            return match.end()
    return 0
