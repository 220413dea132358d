"""``ethtool -k``: the offloads of a device (ethtool(8))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, is_device
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Feature
from podpath.state.pattern import lazy

_FLAGS: Final = frozenset(("-k", "--show-features", "--show-offload"))
_TITLE: Final = lazy(r"(?:Features|Offload parameters) for (\S{1,15}):\s*$")
_ROW: Final = lazy(r"\s*([a-z][\w -]*?): (on|off)((?: \[(?:fixed|requested on|requested off)\])*)\s*$")
_NOTHING: Final = lazy(
    r"netlink error: .*$|Cannot get device \S+ .*$|no features available\s*$|Actual changes:\s*$|"
    r"ethtool: bad command line argument"
)


def _device(words: Sequence[str]) -> str | None:
    rest = [word for word in words[1:] if word not in ("--json", "-j")]
    if words[:1] != ["ethtool"] or len(rest) != 2 or rest[0] not in _FLAGS or not is_device(rest[1]):  # noqa: PLR2004
        return None
    return rest[1]


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ethtool -k DEV``."""
    dev = _device(words)
    return None if dev is None else (covers(Feature, dev=dev),)


def _row(dev: str | None, line: str) -> Feature:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not followed by on or off')
    if dev is None:
        raise ValueError("no device: the line that named it is missing")
    return Feature(dev, match[1], match[2] == "on", "fixed" in match[3])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the list."""
    dev = _device(words)
    for index, line in enumerate(lines):
        if not line.strip() or _NOTHING.match(line):
            continue
        if (title := _TITLE.match(line)) is not None:
            dev = title[1]
            continue
        try:
            yield index, _row(dev, line)
        except ValueError as error:
            yield index, bad("ethtool -k", error)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ethtool --json -k``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "ifname" in item and "rx-checksumming" in item for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else ():
        if not isinstance(item, dict) or not isinstance(item.get("ifname"), str):
            yield 0, bad("ethtool --json -k", "a device has no name")
            continue
        for name, value in item.items():
            if isinstance(value, dict) and isinstance(value.get("active"), bool):
                yield 0, Feature(item["ifname"], str(name), value["active"], bool(value.get("fixed")))


READER: Final = Reader(
    name="ethtool -k",
    accepts=accepts,
    starts=lazy(_TITLE.pattern),
    continues=lazy(f"{_ROW.pattern}|{_NOTHING.pattern}|" + r"\t?[a-z][a-z0-9_-]+: \S+(?: \[\w.*\])?\s*$"),
    read=read,
    shape_coverage=(covers(Feature, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
