"""``sysctl``: kernel settings (sysctl(8)).

A setting that the kernel does not have is not printed, and that it is missing is said on a line of its
own: proof of absence. busybox does not mark the dots inside an interface name; here they are written as
``/`` again, because no setting below ``conf`` and ``neigh`` has a dot in its own name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import Options, bad, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Sysctl
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("a/all A X n/values e/ignore q/quiet w/write p/load system deprecated")
_VALUED: Final = spellings("r/pattern")
_ROOTS: Final = r"(?:abi|crypto|debug|dev|fs|fscache|kernel|net|sunrpc|user|vm|xfs)"
_NAME: Final = lazy(_ROOTS + r"(?:[./][\w*?@:+,\[\]{}-]+)+$")
_LINE: Final = lazy(r"(" + _ROOTS + r"(?:\.[\w/@:+,-]+)+) = ?(.*)$")
_MISSING: Final = lazy(
    r"sysctl: cannot stat (/proc/sys/\S+): No such file or directory\s*$|"
    r"(?:sysctl: )?error: ['\"‘](\S+?)['\"’] is an unknown key\s*$"
)
_DENIED: Final = lazy(r"(?:sysctl: |error: )?(?:permission denied on key|(?:error )?(?:reading|setting) key) ['\"]?([\w./@:+-]+)")
_QUIET: Final = lazy(r"\* Applying /\S+ \.\.\.\s*$")
_PER_DEVICE: Final = lazy(r"(net\.(?:ipv4|ipv6|mpls)\.(?:conf|neigh))\.(.+)\.([^.]+)$")
_UNREADABLE: Final = frozenset(("stable_secret",))
_BARE: Final = lazy(r"-?[0-9]+(?:\s+-?[0-9]+)*\s*$|(?:bbr|cubic|reno|fq|fq_codel|pfifo_fast|noqueue)\s*$")


def canonical(name: str) -> str:
    """Return the name with dots between its parts and ``/`` for a dot inside an interface name."""
    if (head := re.search(r"[./]", name)) is not None and head[0] == "/":
        name = name.translate(_SWAP)
    match = _PER_DEVICE.match(name)
    return name if match is None else f"{match[1]}.{match[2].replace('.', '/')}.{match[3]}"


_SWAP: Final = str.maketrans("./", "/.")


def _parse(words: Sequence[str]) -> Options | None:
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["sysctl"] else None
    if found is None or ({"p", "system"}.isdisjoint(found.flags) and not all(_known(word) for word in found.rest)):
        return None
    return found


def _known(word: str) -> bool:
    return _NAME.match(word.partition("=")[0]) is not None


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``sysctl -a [-r PATTERN]``, ``sysctl [-n] NAME …``, and the forms that set and print."""
    found = _parse(words)
    if found is None or not (found.rest or found.flags & {"a", "A", "X", "p", "system"}):
        return None
    if found.flags & {"p", "system"}:
        return ()
    if found.flags & {"a", "A", "X"}:
        return (covers(Sysctl, complete=Complete.NO if "r" in found.values or found.rest else Complete.YES),)
    # What was written is printed as it is from then on.
    return tuple(covers(Sysctl, part=canonical(name.partition("=")[0])) for name in found.rest)


def bare_values(names: Sequence[str], lines: Sequence[tuple[int, str]], command: str) -> Iterator[Item]:
    """Give printed values their names, one line each.

    Args:
        names: the names asked for, those that do not exist taken out.
        lines: the values with the index of their line.
        command: the command, for the complaint.
    """
    if len(names) != len(lines) or any("*" in name for name in names):
        for index, value in lines:
            yield index, bad(command, f'"{value.strip()}" has no name')
        return
    for name, (index, value) in zip(names, lines, strict=True):
        yield index, Sysctl(name, value.strip())


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read ``name = value`` lines, or values alone."""
    yield from _joined(_read(words, lines))


def _joined(items: Iterable[Item]) -> Iterator[Item]:
    """Join the lines of a value with several: the name is printed before each. A number that is printed twice was set twice."""
    last: tuple[int, Sysctl] | None = None
    for index, row in items:
        new = row if isinstance(row, Sysctl) else None
        if last and new and last[1].name == new.name and not _BARE.match(last[1].value) and not _BARE.match(new.value):
            last = last[0], Sysctl(new.name, f"{last[1].value}\n{new.value}")
            continue
        if last:
            yield last
        last = (index, new) if new else None
        if not new:
            yield index, row
    if last:
        yield last


def _read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    found = _parse(words)
    names = [canonical(name.partition("=")[0]) for name in found.rest] if found is not None else []
    bare: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if (match := _LINE.match(line)) is not None:
            yield index, Sysctl(canonical(match[1]), match[2].strip())
        elif (missing := _MISSING.match(line)) is not None:
            name = canonical((missing[1] or missing[2]).removeprefix("/proc/sys/"))
            names = [each for each in names if each != name]
        elif (denied := _DENIED.match(line)) is not None:
            if denied[1].rpartition(".")[2] not in _UNREADABLE:
                yield index, bad("sysctl", f'"{denied[1]}" could not be read')
        elif line.strip() and not _QUIET.match(line):
            bare.append((index, line))
    if found is not None and "n" in found.flags:
        yield from bare_values(names, bare, "sysctl -n")
    else:
        for index, line in bare:
            yield index, bad("sysctl", f'"{line.split(maxsplit=1)[0]}" is not the name of a setting')


READER: Final = Reader(
    name="sysctl",
    accepts=accepts,
    starts=lazy(_LINE.pattern),
    continues=lazy(f"{_MISSING.pattern}|{_DENIED.pattern}|{_QUIET.pattern}|{_BARE.pattern}|{_ROOTS}" + r"\.\S+ ?= ?"),
    read=read,
    shape_coverage=(covers(Sysctl, complete=Complete.NO),),
    never_empty=True,
)
