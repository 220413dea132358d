"""``wg show``: WireGuard devices, their peers and the prefixes allowed to each (wg(8)).

The form ``dump`` is not read: it holds private keys.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Reader, assumed
from podpath.state.address import Ip, parse_ip, parse_prefix
from podpath.state.evidence import Coverage, covers
from podpath.state.link import WireguardPeer
from podpath.state.pattern import lazy

_FIELD: Final = lazy(
    r"^\s*(interface|peer|public key|private key|listening port|fwmark|preshared key|endpoint|allowed ips|latest handshake|"
    r"transfer|persistent keepalive): (.*\S|)\s*$"
)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``wg``, ``wg show`` and ``wg show DEV``."""
    rest = list(words[1:]) if words[:1] == ["wg"] else None
    if rest is None or len(rest) > 2 or rest[:1] not in ([], ["show"]):  # noqa: PLR2004 - show and a device
        return None
    dev = rest[1] if len(rest) == 2 and rest[1] not in ("all", "interfaces") else None  # noqa: PLR2004
    return (covers(WireguardPeer, None, dev),)


def _endpoint(text: str) -> tuple[Ip | None, int | None]:
    host, _, port = text.rpartition(":")
    try:
        return parse_ip(host.strip("[]")), int(port)
    except ValueError:
        return None, None  # a name that was not resolved


def _rows(peer: WireguardPeer, allowed: str) -> Iterator[WireguardPeer]:
    """Yield a row for each allowed prefix; ValueError says which is wrong."""
    for text in allowed.split(", "):
        if text == "(none)":
            yield peer
        else:
            family, first, length = parse_prefix(text)
            yield peer._replace(family=family, allowed=first, allowed_len=length)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form."""
    del words
    dev, peer = "", WireguardPeer("", "")
    for index, line in enumerate(lines):
        match = _FIELD.match(line)
        if match is None:
            if line.strip():
                yield index, Bad("this does not look like `wg show` output")
            continue
        name, value = match[1], match[2]
        if name == "interface":
            dev = value
        elif name == "peer":
            peer = WireguardPeer(dev, value)
        elif name == "endpoint":
            address, port = _endpoint(value)
            peer = peer._replace(endpoint=address, endpoint_port=port)
        elif name == "allowed ips":
            try:
                for row in list(_rows(peer, value)):
                    yield index, row
            except ValueError as error:
                yield index, Bad(f"this looks like `wg show` output but {error}")


READER: Final = Reader(
    name="wg show",
    accepts=accepts,
    starts=lazy(r"^interface: \S+\s*$|^peer: [A-Za-z0-9+/]{42,43}=?=?\s*$"),
    continues=_FIELD,
    confirms=_FIELD,
    read=read,
    shape_coverage=assumed(WireguardPeer),
)
