"""``calicoctl node status``: the BGP sessions of a Calico node, as its BIRD has them."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.address import parse_ip
from podpath.state.bgp import BgpPeer
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"\|\s*(?i:PEER ADDRESS\s*\|\s*PEER TYPE)\s*\|.*$")
_BORDER: Final = lazy(r"\+-[-+]+\+\s*$")
_CELLS: Final = 5
_FRAME: Final = (
    r"(?:Calico process|calico-node container) is (?:not )?running|IPv[46] BGP status\s*$|"
    r"No IPv[46] (?:peers found|address configured)|"
    r"Running felix version|IP: \S+\s+AS Number|Error querying BIRD:|The BGP backend process"
)
_STATES: Final = frozenset(("idle", "connect", "active", "opensent", "openconfirm", "established", "passive", "down"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``calicoctl node status``."""
    rest = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["calicoctl"] or rest not in (["node", "status"], ["status"]):
        return None
    return (covers(BgpPeer),)


def session(peer: str, info: str) -> BgpPeer:
    """Return the row of a session.

    Args:
        peer: address of the peer.
        info: state of the session and, behind it, its last error.

    Raises:
        ValueError: the address or the state is not valid.
    """
    state, _, error = info.partition(" ")
    if state.lower() not in _STATES:
        raise ValueError(f'"{state}" is not the state of a BGP session')
    return BgpPeer(parse_ip(peer), state.lower(), error.strip().removeprefix("Socket: ") or None)


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row; a long cell goes on in a row whose first cell is empty."""
    held: tuple[int, list[list[str]]] | None = None
    for index, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != _CELLS or _HEADER.match(line):
            continue
        if not cells[0]:
            for parts, cell in zip(held[1] if held is not None else (), cells, strict=False):
                parts.append(cell)
            continue
        if held is not None:
            yield held[0], [" ".join(filter(None, parts)) for parts in held[1]]
        held = index, [[cell] for cell in cells]
    if held is not None:
        yield held[0], [" ".join(filter(None, parts)) for parts in held[1]]


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the tables of both families."""
    del words
    for index, cells in _rows(lines):
        try:
            # A protocol that was switched off has no state of a session.
            yield index, session(cells[0], cells[4] or ("down" if cells[2] == "down" else ""))
        except ValueError as error:
            yield index, bad("calicoctl node status", error)


READER: Final = Reader(
    name="calicoctl node status",
    accepts=accepts,
    starts=lazy(rf"{_HEADER.pattern}|IPv[46] BGP status\s*$"),
    continues=lazy(rf"\|.*\|\s*$|{_BORDER.pattern}|{_FRAME}"),
    read=read,
    shape_coverage=(covers(BgpPeer, complete=Complete.NO),),
)
