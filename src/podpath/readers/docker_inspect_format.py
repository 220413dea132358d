"""``docker inspect -f TEMPLATE NAME …``: the addresses of containers, where the template prints them (Go's text/template).

Read are templates of ``.Name`` and ``.IPAddress``, alone or in a ``range`` over the networks; other fields of one word may
stand between them. Without ``.Name`` the lines are those of the containers in the order of the command line.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from podpath.readers.docker_ps import runtime_words
from podpath.readers.interface import Item, Reader
from podpath.readers.options import parse_options, spellings
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import ContainerAddress

_OPTIONS: Final = spellings("s/size l/latest")
_VALUED: Final = spellings("f/format t/type")
_RANGE: Final = lazy(
    r"\{\{-? ?range (?:\$(?P<key>\w+), ?\$(?P<value>\w+) ?:= ?)?\.NetworkSettings\.Networks ?-?\}\}(?P<body>[^\n]{0,200}?)"
    r"\{\{-? ?end ?-?\}\}"
)
_FIELD: Final = lazy(r"\{\{-? ?(?:(?P<var>\$\w+)?(?P<path>(?:\.\w+)*)|println?|\"[^\"{]*\"|`[^`{]*`) ?-?\}\}")
# A stranger writes the template, of which a pattern is made: no part of it tries a line twice.
_ADDRESS: Final = r"(?P<address>(?:\d{1,3}(?:\.\d{1,3}){3})?+)"
_WORD: Final = r"[^\s,;|]*+"
_LONGEST: Final = 400


class _Template(NamedTuple):
    """What a template prints of one container.

    Attributes:
        line: matches it; its group ``name`` is the container, ``address`` its address, ``range`` all that a range prints.
        each: matches what the range prints of one network, with its ``address`` and perhaps its ``network``.
        network: the network that the address outside of a range is in.
    """

    line: re.Pattern[str]
    each: re.Pattern[str] | None
    network: str


def _template(text: str) -> _Template | None:
    """Return a template, or None if it prints no addresses, or what this reader does not know."""
    if len(text) > _LONGEST:
        return None
    loop = _RANGE.search(text)
    each = _pattern(loop["body"], loop["key"], loop["value"]) if loop is not None else None
    around = (text[: loop.start()], text[loop.end() :]) if loop is not None else (text, "")
    before, after = (_pattern(part, None, None) for part in around)
    if before is None or after is None or (loop is not None and each is None):
        return None
    parts = f"{before}{each}{after}"
    if parts.count("(?P<address>") != 1 or any(parts.count(group) > 1 for group in ("(?P<name>", "(?P<network>")):
        return None
    named = re.search(r"\.NetworkSettings\.(?:Networks\.(?P<network>\w+)\.)?IPAddress", text)
    network = "" if named is None else named["network"] or "bridge"
    middle = "(?P<range>.*?)" if loop is not None else ""
    return _Template(
        re.compile(rf"\s*+{before}{middle}{after}\s*+\Z"),
        re.compile(each) if each is not None and "(?P<address>" in each else None,
        network,
    )


def _pattern(text: str, key: str | None, value: str | None) -> str | None:
    """Return the pattern of a part of a template."""
    found, at = "", 0
    for match in _FIELD.finditer(text):
        found += _literal(text[at : match.start()])
        at = match.end()
        path = match["path"] or ""
        if match["var"] not in (None, f"${key}", f"${value}"):
            return None
        if path.endswith(".IPAddress"):
            found += _ADDRESS
        elif path == ".Name":
            found += r"/?(?P<name>[\w.-]++)"
        elif match["var"] == f"${key}" and not path:
            found += r"(?P<network>[\w.-]++)"
        else:
            found += _WORD if path else r"\s*+"
    rest = text[at:]
    return None if "{{" in rest or "}}" in rest else found + _literal(rest)


def _literal(text: str) -> str:
    """Return the pattern of text between fields; how much space stands there does not matter."""
    words = text.replace("\\n", " ").replace("\\t", " ").split()
    inner = r"\s++".join(re.escape(word) for word in words)
    return rf"\s*+{inner}\s*+" if words else (r"\s*+" if text else "")


def _parsed(words: Sequence[str]) -> tuple[_Template, list[str]] | None:
    rest = runtime_words(words)
    rest = rest[1:] if rest[:1] == ["container"] else rest
    found = parse_options(rest[1:], _OPTIONS, _VALUED) if rest[:1] == ["inspect"] else None
    if found is None or not found.rest or found.values.get("t", "container") != "container":
        return None
    template = _template(found.values.get("f") or found.values.get("format") or "")
    return None if template is None else (template, list(found.rest))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker inspect`` with a template that prints addresses."""
    return None if _parsed(words) is None else (covers(ContainerAddress, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read a line for each container; without their names, as many lines as names were typed."""
    parsed = _parsed(words)
    if parsed is None:
        return
    template, names = parsed
    printed = [(index, line) for index, line in enumerate(lines) if line.strip() and len(line) < _LONGEST]
    in_order = dict(zip((index for index, _ in printed), names, strict=False)) if len(printed) == len(names) else {}
    for index, line in printed:
        match = template.line.match(line)
        if match is None:
            continue
        told = match.groupdict()
        name = told.get("name") or in_order.get(index, "")
        networks = template.each.finditer(told["range"]) if template.each is not None else (match,)
        for one in networks if name and "$" not in name else ():
            address = _address(one["address"])
            if address is not None:
                yield index, ContainerAddress(name, one.groupdict().get("network") or template.network, address)


def _address(text: str) -> Ip | None:
    try:
        return parse_ip(text)
    except ValueError:
        return None  # a container that does not run has none


READER: Final = Reader(
    name="docker inspect -f",
    accepts=accepts,
    continues=lazy(r"/[\w.-]{1,200}+(?:[\s:]|$)|(?:[\w.-]{1,60}+[\s:=,|-]{1,5}+)?\d{1,3}(?:\.\d{1,3}){3}(?!\d)"),
    read=read,
    relays=True,
)
