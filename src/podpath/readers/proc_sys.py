"""``grep . /proc/sys/…`` and ``cat /proc/sys/…``: kernel settings read from their files (proc(5))."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.readers.sysctl import bare_values, canonical
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Sysctl
from podpath.state.pattern import lazy

_GREP: Final = spellings("r/recursive R H/with-filename s/no-messages E F")
_HEAD: Final = spellings("v q")
_HEAD_VALUED: Final = spellings("n/lines c")
_ROOT: Final = "/proc/sys/"
_NAMED: Final = lazy(r"/proc/sys/([^\s:]+):(.*)$")
_TITLE: Final = lazy(r"==> /proc/sys/(\S+) <==\s*$")
_MISSING: Final = lazy(
    r"(?:cat|grep|head|tail|more|less): (?:can't open |cannot open )?['\"‘]?/proc/sys/([^\s:'’\"]+)['’\"]?"
    r"(?: for reading)?: No such file or directory\s*$"
)
_DENIED: Final = lazy(r"(?:cat|grep|head|tail|more|less): ['\"]?/proc/sys/(\S+?)['\"]?: (?:\w.*)$")
_BRACES: Final = lazy(r"\{([^{},]*,[^{}]*)\}")
_BARE: Final = lazy(r"-?[0-9]+(?:\s+-?[0-9]+)*\s*$|(?:bbr|cubic|reno|fq|fq_codel|pfifo_fast|noqueue)\s*$")
_MOST: Final = 512
_DEEPEST: Final = 8


def _expand(pattern: str) -> Iterator[str]:
    """Yield what a shell makes of ``{a,b}``."""
    match = _BRACES.search(pattern)
    if match is None or pattern.count("{") > _DEEPEST:
        yield pattern
        return
    for choice in match[1].split(","):
        yield from _expand(pattern[: match.start()] + choice + pattern[match.end() :])


def _files(words: Sequence[str]) -> list[str] | None:
    """Return the files that a command line shows, braces expanded; None when it shows others, too."""
    program = words[0] if words else ""
    if program in ("grep", "egrep", "fgrep"):
        found = parse_options(words[1:], _GREP, {})
        files = found.rest[1:] if found is not None and found.rest[:1] in (["."], [""], ["^"]) else []
    elif program in ("cat", "head", "tail", "more", "less"):
        found = parse_options(words[1:], _HEAD, _HEAD_VALUED) if program in ("head", "tail") else None
        files = list(words[1:]) if found is None else found.rest
    else:
        return None
    every = [file for word in files for file in islice(_expand(word), _MOST)]
    return every if every and all(file.startswith(_ROOT) for file in every) else None


def _name(path: str) -> str:
    """Return the dotted name of a path below ``/proc/sys``."""
    return canonical(path.removeprefix(_ROOT).rstrip("/")) if "/" in path.removeprefix(_ROOT) else path


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``grep . FILE …``, ``cat FILE …`` and ``head FILE …`` below ``/proc/sys``."""
    files = _files(words)
    if files is None:
        return None
    # `-s` and a silent shell glob hide nothing: a file that is not there is no setting.
    return tuple(covers(Sysctl, part=_name(file)) for file in files)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read ``path:value`` lines, values below a title, or values alone."""
    names = [_name(file) for file in _files(words) or ()]
    title: str | None = None
    bare: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if (match := _NAMED.match(line)) is not None:
            yield index, Sysctl(_name(match[1]), match[2].strip())
        elif (titled := _TITLE.match(line)) is not None:
            title = _name(titled[1])
        elif (missing := _MISSING.match(line)) is not None:
            names = [each for each in names if each != _name(missing[1])]
        elif _DENIED.match(line) is not None:
            yield index, bad("/proc/sys", f'"{line.split()[1].rstrip(":")}" could not be read')
        elif line.strip() and title is not None:
            yield index, Sysctl(title, line.strip())
        elif line.strip():
            bare.append((index, line))
    yield from bare_values(names, bare, "/proc/sys")


READER: Final = Reader(
    name="/proc/sys",
    accepts=accepts,
    starts=lazy(r"/proc/sys/(?:net|kernel|vm|fs|user|dev)/[^\s:]+:(?=[ \t]*\S)|==> /proc/sys/\S+ <==\s*$"),
    continues=lazy(f"{_NAMED.pattern}|{_MISSING.pattern}|{_DENIED.pattern}|{_BARE.pattern}"),
    read=read,
    shape_coverage=(covers(Sysctl, complete=Complete.NO),),
)
