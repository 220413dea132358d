"""``cat /etc/resolv.conf``: the name servers of a host (resolv.conf(5))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, files_shown
from podpath.state.address import parse_ip
from podpath.state.evidence import LEFT_OUT, Coverage, covers
from podpath.state.host import Resolver
from podpath.state.pattern import lazy

_FILE: Final = lazy(r"/(?:\S+/)?(?:stub-)?resolv\.conf$")
_LINE: Final = lazy(r"\s{0,8}(nameserver|search|domain|options|sortlist)\s+(\S(?:.*\S)?)\s*$")
_EMPTY: Final = lazy(r"\s{0,8}(?:search|domain|options|sortlist)\s*$")
_MISSING: Final = lazy(r"cat: (?:can't open )?'?/\S+'?: No such file or directory\s*$")
_TRAILING: Final = lazy(r"(?<!\s)\s++[#;].*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /etc/resolv.conf``."""
    files = files_shown(words)
    if files is None or len(files) != 1 or not _FILE.match(files[0]):
        return None
    return (covers(Resolver),)


def _row(line: str) -> Resolver:
    """Read one line; ValueError says which word is wrong."""
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not a word of it')
    keyword, value = match[1], _TRAILING.sub("", match[2])
    return Resolver(keyword, value, parse_ip(value.split()[0]) if keyword == "nameserver" else None)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the file."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or line.lstrip()[0] in "#;" or LEFT_OUT.match(line) or _MISSING.match(line) or _EMPTY.match(line):
            continue
        try:
            yield index, _row(line)
        except ValueError as error:
            yield index, bad("resolv.conf", error)


READER: Final = Reader(
    name="cat /etc/resolv.conf",
    accepts=accepts,
    starts=lazy(
        r"nameserver\s+(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+(?:%\S+)?)\s*$|options\s+ndots:[0-9]+|"
        r"search(?:\s+(?:\w[\w-]*\.)+[\w-]+\.?)+\s*$"
    ),
    continues=lazy(f"{_LINE.pattern}|" + r"\s{0,8};"),
    read=read,
    shape_coverage=assumed(Resolver),
    whole=True,
)
