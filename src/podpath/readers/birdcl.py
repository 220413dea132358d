"""``birdcl show protocols`` on a Calico node: its BGP sessions, whose names hold the peers' addresses (confd's templates)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.calicoctl_node_status import session
from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.bgp import BgpPeer
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"(?i:name\s+proto\s+table\s+state\s+since\s+info)\s*$")
_ROW: Final = lazy(
    r"(?:Mesh|Node|Global)_(?P<peer>[0-9a-fA-F_]+?)(?:_port_\d+)?\s+BGP\s+\S+\s+(?P<state>up|down|start|stop)\s+"
    r"\d\S*(?: \d\d:\d\d\S*)?\s*+(?P<info>.*)$"
)
_GAP: Final = lazy(r"\s+")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``birdcl show protocols`` and ``birdcl6``; daemons of other networks name their sessions as they like."""
    rest = [word for at, word in enumerate(words) if at and not word.startswith("-") and words[at - 1] != "-s"]
    if words[:1] not in (["birdcl"], ["birdcl6"], ["birdc"], ["birdc6"]) or rest not in (["show", "protocols"], ["sh", "prot"]):
        return None
    return (covers(BgpPeer, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if (match := _ROW.match(line)) is None:
            continue
        name = match["peer"]
        peer = name.replace("_", ".") if name.count("_") == 3 and "__" not in name else name.replace("_", ":")  # noqa: PLR2004
        try:
            yield index, session(peer, _GAP.sub(" ", match["info"].rstrip() or match["state"]))
        except ValueError as error:
            yield index, bad("birdcl show protocols", error)


READER: Final = Reader(
    name="birdcl show protocols",
    accepts=accepts,
    starts=_HEADER,
    continues=lazy(
        r"BIRD v?\d\S* ready\.|Access restricted|"
        r"\w[\w.-]*\s+(?:BGP|Kernel|Device|Direct|Static|Pipe|RIP|OSPF|BFD)\s+\S+\s+(?:up|down|start|stop)\s"
    ),
    read=read,
    shape_coverage=(covers(BgpPeer, complete=Complete.NO),),
    also=("birdcl6", "birdc", "birdc6"),
)
