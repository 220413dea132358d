"""What a shell makes of its variables and loops, as people paste them.

``PID=$(docker inspect -f '{{.State.Pid}}' web)`` and later ``nsenter -t $PID -n ip a`` run in one place, and
``for n in n1 n2; do echo "== $n"; ssh $n ip route; done`` runs a command at several, each told by what ``echo`` prints.
"""

import re
from typing import Final, NamedTuple

from podpath.readers.place import NOBODY, Place
from podpath.readers.section import Pending
from podpath.state.pattern import lazy

_ASSIGNED: Final = lazy(
    r"(?:^|[;&])\s*+(?:(?:export|local|declare)\s++)?(?P<name>[A-Za-z_]\w*+)="
    r"(?P<value>\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|'[^']*'|\"[^\"]*\"|[^\s;&|<>()]+)"
    r"(?=\s*+(?:$|;|&&))"
)
"""An assignment that stands alone; before a command it would be that command's environment."""
_USED: Final = lazy(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)\}|(?P<plain>[A-Za-z_]\w*))")
_LOOP: Final = lazy(
    r"(?:^|[|;&]\s*+)(?:for (?P<of>[A-Za-z_]\w*) in (?P<values>[^;]{0,400}+)|"
    r"while (?:IFS=\S* )?read (?:-\w+ )*(?P<read>[A-Za-z_]\w*)\s*+);\s*+"
    r"do\s++(?P<body>\S.{0,2000}?)\s{0,80}+(?:;\s{0,80}+)?done\b"
)
_COUNTED: Final = lazy(r"(?:^|[|;&]\s*+)(?:for (?P<of>[A-Za-z_]\w*) in|while (?:IFS=\S* )?read (?:-\w+ )*(?P<read>[A-Za-z_]\w*))")
_BEGUN: Final = lazy(
    r"(?:^|[|;&]\s*+)(?:for [A-Za-z_]\w* in [^;]{0,400}+|while (?:IFS=\S* )?read (?:-\w+ )*[A-Za-z_]\w*)\s*"
    r"(?:;\s*(?:do\b.{0,400})?)?$"
)
_END: Final = lazy(r"[;\s]done\b")
_ECHO: Final = lazy(r"(?:^|;\s*)(?:echo|printf)\s+(?:-[neE]+\s+)?(?P<words>(?:\"[^\"]*\"|'[^']*'|[^;&|\"']+)+)")
_NAMES_ITSELF: Final = lazy(r"\bhostname(?: -[sf])?\s*(?:[;'\"]|$)")
_ESCAPES: Final = lazy(r"\\[nt]|\\e\[[\d;]*m|\\033\[[\d;]*m|%s")
_VALUE: Final = r"(?P<value>[A-Za-z0-9][\w./:@-]*)"
_LONGEST: Final = 200


class Variables:
    """The variables that a text has set, with what was typed for them."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Return a command line with the variables that are known put in, and note those that it sets."""
        filled = self._filled(text)
        if "=" in filled:
            for match in _ASSIGNED.finditer(filled):
                self._values[match["name"]] = match["value"].strip("'\"")
            filled = self._filled(filled)
        return filled

    def _filled(self, text: str) -> str:
        if "$" not in text or not self._values:
            return text
        return _USED.sub(lambda match: self._values.get(match["braced"] or match["plain"], match[0]), text)


class Loop(NamedTuple):
    """A loop over machines, containers or namespaces.

    Attributes:
        variable: what it counts with.
        body: the commands in it.
        told: what `echo` prints before each turn, with the value as a group.
        values: the values, where they were typed; else none.
    """

    variable: str
    body: str
    told: re.Pattern[str]
    values: frozenset[str]

    def value(self, line: str) -> str | None:
        """Return the value of the turn that a line announces."""
        if len(line) > _LONGEST or (match := self.told.match(line.strip())) is None:
            return None
        return match["value"] if not self.values or match["value"] in self.values else None

    def turn(self, value: str) -> str:
        """Return the commands of one turn."""
        return _use(self.variable).sub(lambda _: value, self.body)


def is_begun(text: str) -> bool:
    """Return whether a line begins a loop that goes on below."""
    return _BEGUN.search(text) is not None and _END.search(text) is None


def over_loop(text: str, pending: list[Pending]) -> list[Pending]:
    """Return the commands of a line; what runs in a place that the variable of a loop names runs in several."""
    match = _COUNTED.search(text)
    if match is None:
        return pending
    use = _use(match["of"] or match["read"])
    for one in pending:
        if any(use.search(name) for name in (one.command.place.node, one.command.place.name)):
            one.command = one.command._replace(place=Place("", NOBODY))
    return pending


def find_loop(text: str) -> Loop | None:
    """Return the loop that a command line is, if it prints where each turn runs."""
    match = _LOOP.search(text)
    if match is None:
        return None
    variable, body = match["of"] or match["read"], match["body"]
    told = _told(variable, body)
    if told is None:
        return None
    words = (match["values"] or "").split()
    literal = all(re.fullmatch(r"[\w.@:-]+", word) for word in words)
    return Loop(variable, body, told, frozenset(words) if literal else frozenset())


def _told(variable: str, body: str) -> re.Pattern[str] | None:
    """Return what the body prints before its other commands."""
    use = _use(variable)
    for match in _ECHO.finditer(body):
        text = _ESCAPES.sub(" ", match["words"].replace('"', "").replace("'", ""))
        if use.search(text) is None:
            continue
        before, _, after = use.sub("\0", " ".join(text.split()), count=1).partition("\0")
        return re.compile(f"{_literal(before)}{_VALUE}{_literal(after)}$")
    return re.compile(f"{_VALUE}$") if _NAMES_ITSELF.search(body) else None


def _use(variable: str) -> re.Pattern[str]:
    """Return what matches the use of a variable."""
    return re.compile(rf"\$(?:\{{{variable}\}}|{variable}\b)")


def _literal(text: str) -> str:
    """Return what matches a text in which other variables and commands may stand."""
    parts = re.split(r"\$\([^()]*\)|\$\{?\w+\}?|`[^`]*`", text)
    return ".{0,80}?".join(re.escape(part) for part in parts)
