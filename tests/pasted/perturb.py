"""Sessions that were recorded on healthy hosts, typed down as people do, and with a line lost where it decides on a place."""

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

SESSIONS: Final = sorted((Path(__file__).parent / "sessions").glob("*.txt"))
_HOST: Final = re.compile(r"root@(?P<host>[\w-]+):~# (?P<typed>.*)")
_INNER: Final = re.compile(r"/ # (?P<typed>.*)")
_DEVICE: Final = re.compile(r"\d+: \S+: <|\S+: flags=")
STYLES: Final = (
    ("", "root@{host}:~# "), ("### {host}", "$ "), ("**{host}**", "# "), ("{host}:", ""), ("On {host}:", "$ "),
    ("", "[root@{host} ~]# "), ("=== {host} ===", "# "),
)  # fmt: skip
"""Headings and prompts."""
_SHARE: Final = 0.7
_MOST_LINES: Final = 4


class Printed(NamedTuple):
    """A command and what it printed.

    Attributes:
        host: name of the host.
        typed: what was typed.
        lines: what was printed.
        inside: it was typed in a container.
    """

    host: str
    typed: str
    lines: list[str]
    inside: bool = False


def recorded(path: Path) -> list[Printed]:
    """Return the commands of a session with their output."""
    found: list[Printed] = []
    host = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if (match := _HOST.fullmatch(line)) is not None:
            host = match["host"]
            found.append(Printed(host, match["typed"], []))
        elif (match := _INNER.fullmatch(line)) is not None:
            found.append(Printed(host, match["typed"], [], inside=True))
        else:
            found[-1].lines.append(line)
    return found


class Typed(NamedTuple):
    """A session as somebody pastes it.

    Attributes:
        lines: its lines.
        telling: numbers of the lines that tell a place or an object: headings, prompts, first lines of devices.
        heads: numbers of the headings, which may be all that tells two machines apart.
    """

    lines: list[str]
    telling: list[int]
    heads: list[int]


def typed(session: Sequence[Printed], chance: random.Random) -> Typed:
    """Return some commands of each host in any order, with headings or prompts."""
    heading, prompt = chance.choice(STYLES)
    apart, found = chance.random() < 0.5, Typed([], [], [])
    hosts = list(dict.fromkeys(one.host for one in session))
    for host in chance.sample(hosts, len(hosts)):
        if heading:
            found.heads.append(len(found.lines))
            _tell(found, heading.format(host=host))
        own = [one for one in session if one.host == host and not one.inside and not one.typed.startswith("docker exec ")]
        enter = [one for one in session if one.host == host and one.typed.startswith("docker exec ")]
        inner = [one for one in session if one.host == host and one.inside]
        parts = [[one] for one in chance.sample(own, len(own)) if chance.random() < _SHARE]
        parts.insert(chance.randint(0, len(parts)), [*enter, *(one for one in inner if chance.random() < _SHARE)])
        for one in (one for part in parts for one in part):
            _tell(found, f"{'/ # ' if one.inside else prompt.format(host=host)}{one.typed}")
            for line in one.lines:
                (_tell if _DEVICE.match(line) else _add)(found, line)
            if apart and not one.inside:
                _add(found, "")
    return found


def _add(found: Typed, line: str) -> None:
    found.lines.append(line)


def _tell(found: Typed, line: str) -> None:
    found.telling.append(len(found.lines))
    found.lines.append(line)


def lost(session: Typed, chance: random.Random) -> tuple[list[str], str]:
    """Return the lines without one that tells a place, and perhaps some behind it; and what is missing."""
    at = chance.choice(session.telling)
    until = at + (chance.randint(2, _MOST_LINES) if chance.random() < 0.3 else 1)
    return [*session.lines[:at], *session.lines[until:]], f"line {at + 1}: {session.lines[at]}"


def unprompted(session: Typed, chance: random.Random) -> tuple[list[str], str]:
    """Return the lines with the prompt of one command lost, and what was lost."""
    at = chance.choice([at for at in session.telling if _PROMPTED.match(session.lines[at])])
    bare = _PROMPTED.sub("", session.lines[at])
    return [*session.lines[:at], bare, *session.lines[at + 1 :]], f"the prompt of line {at + 1}: {session.lines[at]}"


def beheaded(session: Typed, chance: random.Random) -> tuple[list[str], str]:
    """Return the lines without the first of them, which were scrolled away, and how many these are."""
    count = chance.randint(1, len(session.lines) // 2)
    return session.lines[count:], f"the first {count} lines"


_PROMPTED: Final = re.compile(r"(?:root@[\w-]+:~# |\[root@[\w-]+ ~\]# |\$ |# |/ # )(?=\S)")
