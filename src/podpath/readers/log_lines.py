"""Lines of logs, and prose: text that holds no state, found many lines at a time.

A line of a log is known by the time, the level or the form of record that it begins with. It is no heading, no prompt and no
command, whatever it says. Prose is known by what it lacks: signs, names of programs, the shape of any output.
"""

import re
from functools import cache
from re import Pattern
from typing import Final, NamedTuple

from podpath.readers.heading_nodes import SMALL
from podpath.readers.host_words import ROLE
from podpath.readers.place import WRAPPERS
from podpath.readers.registry import programs, readers, shape_of_any
from podpath.state.pattern import lazy

_COLOUR: Final = r"(?:\x1b\[[0-9;]*m)*"
_TIME: Final = r"\d\d:\d\d:\d\d"
_DATE: Final = r"(?:\d\d/[A-Z][a-z]{2}/\d{4}:|\d{4}[-/]\d\d[-/]\d\d[T ]|(?:[A-Z][a-z]{2} ){1,2}[ \d]\d )"
_LEVEL: Final = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"
_NOT_TYPED: Final = r"\s*+(?![~/])[^\s@#$%❯➜]*+(?![@#$%❯➜])(?!\s[~/#$%❯➜])"
"""What follows a time that some shells print before their prompt: neither a directory nor a sign."""
_NOT_SAID: Final = r"(?! {1,2}<[^<>\s]{1,32}> )"
"""What follows the time in a chat: who has written the line."""
_VALUE: Final = r"""(?:"[^"\n]*+"|[^\s"]*+)"""
_LOG: Final = "|".join((
    rf"{_COLOUR}\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d\S*+(?! (?:IP6?|ARP,) ){_NOT_SAID}{_NOT_TYPED}[^\n]*+",  # ISO 8601, Go, Java
    rf"[A-Z][a-z]{{2}} [ \d]\d (?:\d{{4}} )?{_TIME}[^\n]*+",  # syslog (RFC 3164)
    rf"[IWEF]\d{{4}} {_TIME}[^\n]*+",  # klog
    rf"\[(?:{_DATE}?{_TIME}(?!:)[\w ,.:/+-]{{0,24}}| *\d+\.\d+)\]{_NOT_SAID}{_NOT_TYPED}[^\n]*+",  # Apache, dmesg
    rf"{_TIME}(?:[.,:]\d+)?\s+\[?{_LEVEL}\b[^\n]*+",
    r"<\d{1,3}>\S[^\n]*+",  # a priority (RFC 5424)
    rf"{_COLOUR}\[? ?{_LEVEL} ?(?:{_COLOUR})?[:\]][^\n]*+",
    rf"(?:time|ts|level|lvl|t)={_VALUE} +[\w.@/-]+=[^\n]*+",  # logfmt
    r"\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:[^\n]*+",  # access logs
    r'\{ ?"(?:@?timestamp|time|ts|level|lvl|severity|msg|message|log|logger|caller|date|stream)": ?["\d][^\n]*+(?<=\})',
    # A call in the trace of an exception (Java, JavaScript).
    r"\s+at [\w.$/<>]+\([^()\n]*\)(?: ~?\[[^\]\n]*\])?|\s+\.\.\. \d+ (?:common frames omitted|more)|Caused by: [^\n]*+",
))  # fmt: skip
_ONE: Final = lazy(rf"(?:{_LOG})\s*$")
_MANY: Final = lazy(rf"(?>(?:{_LOG})\n)++")
_CHARS: Final = r"!\"'()*+,\-./0-9:;?@A-Z\\\[\]^_`a-z{}~"
"""What sentences hold: no sign of a prompt, of a table or of an assignment."""
_OF_HEADINGS: Final = (
    "two|three|four|five|six|also|but|now|then|inside|into|within|to|a|an|my|our|one|some|same|that|said|other|another|"
    "different|remote|second|next|back|outside|each|failing|affected|working|client|server|state|capture|"
    "logs?|shell|exec|ip|address|name|host\\w*|node\\w*|machine|vm|instance|box|container|pod|guest|netns|network|"
    f"{SMALL}|{ROLE}"
)
_PROSE: Final = (
    # So many words that it is no heading; or two that stand in none.
    rf"(?:(?=(?:[^ \n]*+ ){{6}})|(?!(?i:{_OF_HEADINGS}) )[A-Za-z]{{2,}}+ (?!(?i:{_OF_HEADINGS}) )[a-z]++ )"
    rf"[{_CHARS} ]*+(?<=[a-zA-Z0-9.,;?!)'\"])"
)
"""A sentence, which is no heading and has no colon at its end."""


def is_log(line: str) -> bool:
    """Return whether a line belongs to a log and to no reader."""
    return _ONE.match(line) is not None and not any(mark in line for mark in marks())


_JOURNAL: Final = lazy(
    rf"(?:[A-Z][a-z]{{2}} [ \d]\d {_TIME}(?:\.\d+)?|\d{{4}}-\d\d-\d\dT{_TIME}\S*) "
    r"(?P<host>[A-Za-z0-9][\w.-]*) (?P<program>[\w./@:-]+?)(?:\[\d+\])?: "
)
"""What journalctl and syslog put before a line that a program has written."""
_OUTPUTS: Final = ("]: + ip ", "]: + bridge ", "]: + hostname", "]: 1: lo: <LOOPBACK", "]: default via ")
"""What a line of a journal holds that is the first of a command's output, or shows the command (``set -x``)."""


class Journal(NamedTuple):
    """Who wrote lines into a journal.

    Attributes:
        host: the host.
        program: the program or the unit.
    """

    host: str
    program: str


class JournalLine(NamedTuple):
    """A line that a program has written into a journal.

    Attributes:
        of: who wrote it.
        text: the line itself.
    """

    of: Journal
    text: str


def journal_entry(line: str) -> JournalLine | None:
    """Return what a line of a journal holds, or None if it is none."""
    match = _JOURNAL.match(line)
    return JournalLine(Journal(match["host"], match["program"]), line[match.end() :]) if match is not None else None


@cache
def marks() -> tuple[str, ...]:
    """Return the words of which lines of logs that a reader reads hold one."""
    return tuple(sorted({*(mark for reader in readers() for mark in reader.marks), *_OUTPUTS}))


@cache
def logs_and_prose() -> Pattern[str]:
    """Return what matches a run of lines that are of logs, or sentences that name nothing."""
    known = "|".join(sorted(map(re.escape, programs() | WRAPPERS)))
    typed = rf"(?:{known}|Every) |[\w-]*(?:tables|-save|-legacy|-nft)[\w-]* "
    prose = rf"(?=[A-Za-z][\w.,;'-]*+ )(?!{typed}|{shape_of_any()}){_PROSE}"
    # A shape speaks of one line, which a block has many of.
    return lazy(rf"(?>(?:{_LOG}|{prose})\n)++", re.MULTILINE)


def logs() -> Pattern[str]:
    """Return what matches a run of lines of logs."""
    return _MANY
