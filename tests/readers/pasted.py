"""Sections of pasted text, as the tests of what reads it compare them."""

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Unread

NEIGH = "10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT"
FDB = "82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.206 self permanent"
ROUTE = "10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"
ROUTES = "default via 192.0.2.254 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.{n}"
TWO_ROUTES = ("default via 192.0.2.254 dev eth0", "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1")


def read(text: str) -> tuple[list[tuple[str, str, str, str, int]], list[Unread]]:
    """Return (node, place, reader, command, first line) of each section, and the unread places."""
    sections, unread = [], []
    for part in Transcript("f.txt", NodeRef("f")).read(text.split("\n")):
        if isinstance(part, Section):
            place = f"{part.place.kind}:{part.place.name}" if part.place.name else "host"
            sections.append((part.node.name, place, part.reader.name, part.command, part.first))
        else:
            unread.append(part)
    return sections, unread


def where(text: str) -> list[tuple[str, str, str]]:
    """Return (node, place, reader) of each section."""
    return [section[:3] for section in read(text)[0]]
