"""``brctl showstp``: a bridge and the state of its ports (brctl(8))."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, is_device, number
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Bridge, BridgePort
from podpath.state.pattern import lazy

_PORT: Final = lazy(r"(\S{1,15}) \(([0-9]{1,5})\)\s*$")
_STATE: Final = lazy(r"\s+port id\s+[0-9a-fA-F]{4}\s+state\s+(disabled|listening|learning|forwarding|blocking)\s*$")
_BRIDGE_ID: Final = lazy(r"\s+bridge id\s+([0-9a-fA-F]{4}\.[0-9a-fA-F]{12})\s*$")
_AGEING: Final = lazy(r"\s+ageing time\s+([0-9]{1,12}\.[0-9]{1,6})\s*$")
_HAIRPIN: Final = lazy(r"\s+hairpin mode\s+([01])\s*$")
_NAME: Final = lazy(r"(\S{1,15})\s*$")
_QUIET: Final = lazy(
    r"\s+(?:designated (?:root|bridge|port|cost)|root port|path cost|max age|hello time|forward delay|hello timer|"
    r"topology change timer|flags|hash elasticity|hash max|mc |group |port id)"
)
_NOTHING: Final = lazy(r"bridge \S+ does not exist!\s*$|\S+: can't get (?:bridge )?info.*$")
_WORDS: Final = 3


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``brctl showstp BRIDGE``."""
    if words[:2] != ["brctl", "showstp"] or len(words) != _WORDS or not is_device(words[2]):
        return None
    return covers(Bridge, dev=words[2]), covers(BridgePort, part=words[2])


@dataclass(slots=True)
class _Seen:
    """What the lines up to here have shown."""

    bridge: str
    bridge_id: str | None = None
    port: tuple[int, str, int] | None = None
    state: str | None = None
    hairpin: bool | None = None

    def flush(self) -> Iterator[Item]:
        """Yield the port that the lines so far were about."""
        if self.port is not None:
            index, name, port = self.port
            yield index, BridgePort(name, self.bridge, port, self.state, self.hairpin)
        self.port = self.state = self.hairpin = None


def _line(seen: _Seen, index: int, line: str) -> Iterator[Item]:
    """Read one line; ValueError says what is wrong with it."""
    if (match := _PORT.match(line)) is not None:
        yield from seen.flush()
        seen.port = (index, match[1], number(match[2]))
    elif (match := _STATE.match(line)) is not None:
        seen.state = match[1]
    elif (match := _HAIRPIN.match(line)) is not None:
        seen.hairpin = match[1] == "1"
    elif (match := _BRIDGE_ID.match(line)) is not None:
        seen.bridge_id = match[1].lower()
        yield index, Bridge(seen.bridge, seen.bridge_id)
    elif (match := _AGEING.match(line)) is not None:
        yield index, Bridge(seen.bridge, seen.bridge_id, ageing=float(match[1]))
    elif (match := _NAME.match(line)) is not None and seen.bridge in ("?", match[1]):
        seen.bridge = match[1]
    elif not _QUIET.match(line):
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not a word of it')


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the bridge, then its ports."""
    seen = _Seen(words[2] if len(words) == _WORDS else "?")
    for index, line in enumerate(lines):
        if not line.strip() or _NOTHING.match(line):
            continue
        try:
            yield from _line(seen, index, line)
        except ValueError as error:
            yield index, bad("brctl showstp", error)
    yield from seen.flush()


READER: Final = Reader(
    name="brctl showstp",
    accepts=accepts,
    starts=lazy(_BRIDGE_ID.pattern),
    continues=lazy(
        f"{_PORT.pattern}|{_QUIET.pattern}|{_AGEING.pattern}|{_HAIRPIN.pattern}|{_NOTHING.pattern}|"
        r"(?:br|docker|cni|virbr|vmbr|lxc|lxd|incus|podman|kube-bridge|bridge)[\w.-]{0,12}\s*$"
    ),
    read=read,
    shape_coverage=(covers(Bridge, complete=Complete.NO), covers(BridgePort, complete=Complete.NO)),
)
