"""Command lines as people paste them: after a prompt, alone, joined by ``;``, or piped through a filter."""

import re
import shlex
from typing import Final, NamedTuple

from podpath.readers.place import Place, unwrap


class Command(NamedTuple):
    """One command of a command line.

    Attributes:
        text: the command as a person typed it, wrappers and all.
        place: where it ran.
        words: the command without its wrappers; empty means an interactive shell.
        filtered: a filter took lines away, so that silence means nothing.
    """

    text: str
    place: Place
    words: list[str]
    filtered: bool


class Prompt(NamedTuple):
    """A shell prompt at the start of a line.

    Attributes:
        style: the prompt without its working directory: equal for one shell.
        host: host name in it, when it has one.
        rest: what was typed after it.
    """

    style: str
    host: str | None
    rest: str


_PROMPT: Final = re.compile(
    r"^(?P<venv>\([\w.-]+\)\s*)?(?:\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d(?::\d\d)?\]?\s+)?"
    r"(?P<who>"
    r"\[(?P<u1>[\w.$-]+)@(?P<h1>[\w.-]+)(?:[: ][^\]]*)?\]"  # [root@host ~]#
    r"|(?P<u2>[\w.-]++)@(?P<h2>[\w.-]++)(?::| )?(?P<dir2>[~/.][^#$%>]*|[\w-]+(?=[#$]))?"  # root@host:/etc#  core@host ~ $
    r"|(?P<h3>[\w.-]++)(?::| )(?P<dir3>[~/][^#$%>\s]*)\s?"  # host:~ #
    r"|(?:bash|sh|ash|dash)(?:-[\d.]+)?"  # bash-5.1#
    r"|(?P<h4>[\w.-]+)(?=[#$%]\s+(?:sudo\s+)?(?:ip|bridge|ifconfig|route|arp|brctl|sysctl|ss|netstat|docker|cat)\b)"  # n1#
    r"|(?P<dir4>[~/][\w./~-]*)"  # / #
    r")?"
    r"\s?(?P<sign>[#$%❯➜])(?P<gap>\s+|$)(?P<rest>.*)$"
)
_WATCH: Final = re.compile(r"Every \d+(?:[.,]\d+)?s: (?=\S)")
_WATCHED: Final = re.compile(r"(?<!\s)\s{2,}+(?P<host>[\w.-]++): \S++ ")
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d")
_LOCAL: Final = frozenset({"localhost", "localhost.localdomain", "local"})
_SPLIT: Final = re.compile(r"(?<!\s)\s*+(?:;|&&|\|\|)\s*")
_HARMLESS: Final = frozenset({"cat", "tee", "less", "more", "sort", "column", "tac", "nl", "uniq", "jq", "xargs"})
_REDIRECT: Final = re.compile(r"(?<!\s)\s*+(?:\d?>&\d|&?\d?>>?\s*+(?:&\d|\S+)|<\s*+/dev/null)")
_QUOTING: Final = re.compile(r"['\"\\]")
_MAX: Final = 4000


def find_prompt(line: str) -> Prompt | None:
    """Return the prompt that a line begins with.

    A lone ``#`` or ``%`` is a prompt only where something follows: it may as well be a comment, and
    the caller decides by what follows.
    """
    match = _PROMPT.match(line)
    if match is None:
        return None
    who = match["who"]
    if who is None and not match["rest"]:
        return None
    host = match["h1"] or match["h2"] or match["h3"] or match["h4"]
    user = match["u1"] or match["u2"] or ""
    style = f"{user}@{host}{match['sign']}" if host else f"{'/' if match['dir4'] else who or ''}{match['sign']}"
    return Prompt(style, None if host in _LOCAL else host, match["rest"].strip())


def certain(line: str) -> bool:
    """Say whether the prompt of a line can be nothing else: it names a user, a host or a directory, or is ``$``."""
    match = _PROMPT.match(line)
    return match is not None and (match["who"] is not None or match["sign"] in "$❯➜")


def watched(line: str) -> Prompt | None:
    """Return what the heading of ``watch`` says: the command and the host (``Every 2.0s: ip route   n1: Sun Nov …``)."""
    begin = _WATCH.match(line)
    match = _WATCHED.search(line, begin.end()) if begin is not None else None
    if begin is None or match is None or _TIME.search(line, match.end()) is None:
        return None
    return Prompt(f"watch@{match['host']}", match["host"], line[begin.end() : match.start()])


def _words(text: str) -> list[str]:
    if not _QUOTING.search(text):
        return text.split()
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()


def _one(text: str, outer: Place) -> list[Command]:
    pipe = [part.strip() for part in re.split(r"(?<!\|)\|(?!\|)", _REDIRECT.sub("", text))]
    filters = [part.split(maxsplit=1)[0].rpartition("/")[2] for part in pipe[1:] if part]
    placed = unwrap(_words(pipe[0]), outer)
    filtered = any(word not in _HARMLESS for word in filters)
    # A whole command line in one word: ssh n1 'ip a; ip r', sh -c "ip a".
    words = placed.words
    if len(words) > 2 and words[0] in ("sh", "bash", "ash", "dash") and words[1] in ("-c", "-lc", "-ic", "-xc"):  # noqa: PLR2004
        words = [words[2]]
    if len(words) == 1 and " " in words[0]:
        return [
            inner._replace(text=text, filtered=inner.filtered or filtered) for inner in split_commands(words[0], placed.place)
        ]
    return [Command(text, placed.place, words, filtered)]


def split_commands(text: str, outer: Place | None = None) -> list[Command]:
    """Return the commands of one command line in the order they ran.

    Args:
        text: the command line, prompt taken off.
        outer: where the shell that it was typed into is.
    """
    text = text.strip()
    if not text or len(text) > _MAX:
        return []
    quoted = re.search(r"['\"]", text) is not None
    parts = [text] if quoted else _SPLIT.split(text)
    return [command for part in parts if part for command in _one(part, outer or Place())]
