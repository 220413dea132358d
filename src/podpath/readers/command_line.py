"""Command lines as people paste them: after a prompt, alone, joined by ``;``, or piped through a filter."""

# ruff: noqa: SIM905 - lists of words are read best as text

import re
import shlex
from typing import Final, NamedTuple

from podpath.readers.place import Place, basename, unwrap
from podpath.readers.registry import is_program
from podpath.state.pattern import lazy


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
        sure: it can be nothing else: it names a user, a host or a directory, or is ``$``.
        bare: it is a root's at a directory outside of any home, and names no host: ``/ #``.
    """

    style: str
    host: str | None
    rest: str
    sure: bool = True
    bare: bool = False


_PROMPT: Final = lazy(
    r"^(?P<venv>\([\w.-]+\)\s*)?(?:\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d(?::\d\d)?\]?\s+)?"
    r"(?P<who>"
    r"\[(?P<u1>[\w.$-]+)@(?P<h1>[\w.-]+)(?:[: ][^\]]*)?\]"  # [root@host ~]#
    r"|(?P<u2>[\w.-]++)@(?P<h2>[\w.-]++)(?::| )?(?P<dir2>[~/.][^#$%>]*|[\w-]+(?=[#$]))?"  # root@host:/etc#  core@host ~ $
    r"|(?P<h3>[\w.-]++)(?::| )(?P<dir3>[~/][^#$%>\s]*)\s?"  # host:~ #
    r"|(?:bash|sh|ash|dash)(?:-[\d.]+)?"  # bash-5.1#
    r"|(?P<dir4>[~/][\w./~-]*)"  # / #
    r")?"
    r"\s?(?P<sign>[#$%❯➜])(?P<gap>\s+|$)(?P<rest>.*)$"
)
_WATCH: Final = lazy(r"Every \d+(?:[.,]\d+)?s: (?=\S)")
_WATCHED: Final = lazy(r"(?<!\s)\s{2,}+(?P<host>[\w.-]++): \S++ ")
_TIME: Final = lazy(r"\d\d:\d\d:\d\d")
_LOOSE: Final = tuple(
    lazy(pattern + r"(?P<rest>\S.*)$")
    for pattern in (
        r"^\[?(?P<user>[\w.-]+)@(?P<host>[\w.-]+)\]?(?:[ :]+(?P<dir>[~/][^#$%>\s]*))?(?:\s\([^()]*\))?\s*"
        r"(?P<sign>[#$%>])\s*",  # fish
        r"^(?P<user>[\w.-]+)@(?P<host>[\w.-]+):? ?(?:\[ ?)?(?P<dir>[~/][^\]#$%>»\s]*+(?> [^\]#$%>»\s]++)*+)(?: ?\])?\s*+"
        r"(?P<sign>[#$%>»])\s*",  # me@n1 [ ~ ]#
        r"^<(?P<host>[A-Za-z][\w.-]*)>\s*(?P<sign>[#$%>])\s*",  # <n1>$ ip a
        r"^(?P<host>[A-Za-z][\w.-]*)(?P<sign>[#$%>])\s*",  # n1# ip a
        r"^(?P<host>[A-Za-z][\w.-]*)\s+(?:(?P<dir>[\w./~-]+|\[[~/][^\]]*\])\s?)?(?P<sign>[#$%>])\s*",  # n1 etc # ip a
        r"^\[(?P<host>[A-Za-z][\w.-]*)(?:[ :][^\]]*)?\](?:\s*+(?=[#$%>])|(?=\s))(?P<sign>[#$%>]?)\s++",  # [n1] ip a
        r"^(?P<host>[A-Za-z][\w.-]*)?\s*(?P<sign>[➜❯λ▶])\s+"
        r"(?:\([^()]*\)\s*)?(?:[~/][\w./~-]*|[\w.-]+)\s+(?:git:\(\S*\)\s*)?(?:[✗✔]\s*)?",  # zsh
        r"^(?P<user>[\w.-]+)@(?P<host>[\w.-]+)\s+(?:in|at)\s+\S+\s+(?P<sign>[#$%>❯λ])\s*",  # a theme of zsh
        r"^(?P<sign>PS [A-Z]:\\[^>]*>|[A-Z]:\\[^>]*>)\s*",  # PowerShell, cmd
    )
)
"""Prompts that other lines may look like, too: they count only before a command that is known."""
_FRAME: Final = lazy(r"^[┌╭╔]─*\s*[\[(]?(?P<user>[\w.-]+)(?:@|㉿|💀)(?P<host>[\w.-]+)[\])]?(?:[-─ ].*)?$")
_LOCAL_FRAME: Final = lazy(r"^\[(?P<host>[\w.-]+)\] \(local\) [\w.-]+@[\w.:-]+ \S+\s*$")  # Play with Docker
_FRAMED: Final = lazy(r"^[└╰╚]─*>?\s*(?:[#$%❯➜>]|─)\s*(?P<rest>.*)$")
"""Prompts of two lines: the first says who and where, the second is typed on."""
_SHELL_WORDS: Final = frozenset(
    {"exit", "logout", "cd", "clear", "hostname", "ls", "export", "su", "uname", "curl", "ping", "systemctl"}
)
_LOCAL: Final = frozenset({"localhost", "localhost.localdomain", "local"})
_SPLIT: Final = lazy(r"(?<!\s)\s*+(?:;|&&|\|\|)\s*")
_HARMLESS: Final = frozenset({"cat", "tee", "less", "more", "sort", "column", "tac", "nl", "uniq", "jq", "xargs"})
_REDIRECT: Final = lazy(r"(?<!\s)\s*+(?:\d?>&\d|&?\d?>>?\s*+(?:&\d|\S+)|<\s*+/dev/null)")
_QUOTED: Final = lazy(r"'[^']*+'|\"(?>[^\"\\]|\\.)*+\"")
_HIDDEN: Final = {ord(sign): 0xE000 + at for at, sign in enumerate(";|&<>")}
"""What a shell would act on, were it not quoted: hidden while a command line is taken apart."""
_SHOWN: Final = {hidden: sign for sign, hidden in _HIDDEN.items()}
_QUOTING: Final = lazy(r"['\"\\]")
_MAX: Final = 4000


def find_prompt(line: str) -> Prompt | None:
    """Return the prompt that a line begins with.

    A lone ``#`` or ``%`` is a prompt only where something follows: it may as well be a comment, and
    the caller decides by what follows.
    """
    if _SIGN.search(line) is None:
        return None
    match = _PROMPT.match(line)
    if match is None or (match["sign"] in _THEMED and not _types(match["rest"])):
        return _loose(line) or (None if match is None else Prompt(match["sign"], None, match["rest"].strip()))
    who = match["who"]
    if who is None and not match["rest"]:
        return None
    host = match["h1"] or match["h2"] or match["h3"]
    user = match["u1"] or match["u2"] or ""
    style = f"{user}@{host}{match['sign']}" if host else f"{'/' if match['dir4'] else who or ''}{match['sign']}"
    bare = match["sign"] == "#" and (match["dir4"] or "").startswith("/")
    return Prompt(style, _foreign(host), match["rest"].strip(), who is not None or match["sign"] in "$❯➜", bare)


_SIGN: Final = lazy(r"[#$%>»❯➜λ▶┌╭╔└╰╚]|^\[")
"""What every prompt holds."""
_THEMED: Final = "❯➜"


def _types(rest: str) -> bool:
    """Say whether what follows a prompt is a command that is known."""
    words = rest.split(maxsplit=3)
    while words and basename(words[0]) in ("sudo", "time", "doas"):
        words.pop(0)
    return bool(words) and "=" not in words[0] and (is_program(words[0]) or words[0] in _SHELL_WORDS)


def _loose(line: str) -> Prompt | None:
    """Return a prompt that is one only because a known command follows, or one line of a prompt of two lines."""
    if match := _LOCAL_FRAME.match(line):
        return Prompt("$", _foreign(match["host"]), "")
    if match := _FRAME.match(line):
        return Prompt(f"{match['user']}@{match['host']}", _foreign(match["host"]), "")
    if match := _FRAMED.match(line):
        return Prompt("└", None, match["rest"].strip())
    for pattern in _LOOSE:
        match = pattern.match(line)
        if match is None or not _types(match["rest"]):
            continue
        found = match.groupdict()
        host = found.get("host")
        if host is not None and (host.lower() in _NO_HOSTS or is_program(host)):
            continue
        if found["sign"] == "#" and not found.get("dir") and line[len(host or "")] == " " and not re.search(r"[\d-]", host or ""):
            continue  # a remark: `see # ip route`
        return Prompt(f"{found.get('user') or ''}@{host or ''}{found['sign']}", _foreign(host), match["rest"].strip())
    return None


_NO_HOSTS: Final = frozenset(
    """then now and so first next run running ran using with type typed command commands output result results see note
    edit update example e.g i.e default via dev inet link scope bash sh ash dash zsh fish ps root step also here is was
    the a an on in at from to of or if error warning info debug trace http https""".split()
)
"""Words that stand before a sign and a command in prose and in output, and are no hosts."""


def _foreign(host: str | None) -> str | None:
    return None if host in _LOCAL else host


def certain(line: str) -> bool:
    """Say whether the prompt of a line can be nothing else: it names a user, a host or a directory, or is ``$``."""
    prompt = find_prompt(line)
    return prompt is not None and prompt.sure


def watched(line: str) -> Prompt | None:
    """Return what the heading of ``watch`` says: the command and the host (``Every 2.0s: ip route   n1: Sun Nov …``)."""
    begin = _WATCH.match(line)
    match = _WATCHED.search(line, begin.end()) if begin is not None else None
    if begin is None or match is None or _TIME.search(line, match.end()) is None:
        return None
    return Prompt(f"watch@{match['host']}", match["host"], line[begin.end() : match.start()])


_COMMENT: Final = lazy(r"(?<!\s)\s++#(?:\s.*|[<\-].*|)$")
_SUBSTITUTED: Final = lazy(r"\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`")


def _substituted(match: re.Match[str]) -> str:
    """Return one word for a command whose output is a word: the process of a container stands for the container."""
    inner = match[0].strip("`$()")
    words = [word for word in _words(inner.partition("|")[0]) if not word.startswith(("-", "{{"))]
    if len(words) > 2 and words[0] in ("docker", "podman", "nerdctl", "crictl") and "inspect" in inner:  # noqa: PLR2004
        return f"container={words[-1]}"
    return "$()"


def _words(text: str) -> list[str]:
    if not _QUOTING.search(text):
        return text.split()
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()


def _one(text: str, outer: Place) -> list[Command]:
    pipe = [part.strip() for part in re.split(r"(?<!\|)\|(?!\|)", _REDIRECT.sub("", text))]
    text = text.translate(_SHOWN)
    filters = [part.split(maxsplit=1)[0].rpartition("/")[2] for part in pipe[1:] if part]
    placed = unwrap([word.translate(_SHOWN) for word in _words(pipe[0])], outer)
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
    whole = text
    if " #" in text:
        text = _COMMENT.sub("", text)
    if "$(" in text or "`" in text:
        text = _SUBSTITUTED.sub(_substituted, text)
    text = _QUOTED.sub(lambda match: match[0].translate(_HIDDEN), text)
    open_quote = re.search(r"['\"]", _QUOTED.sub("", text)) is not None
    parts = [text] if open_quote else _SPLIT.split(text)
    commands = [command for part in parts if part for command in _one(part, outer or Place())]
    return [command._replace(text=whole) for command in commands] if whole != text and len(commands) == 1 else commands
