"""``cat /run/flannel/subnet.env``: the part of the pod network that flannel gave to this node."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, files_shown, number
from podpath.state.address import Ip, parse_prefix
from podpath.state.evidence import Coverage, covers
from podpath.state.host import PodNetwork
from podpath.state.pattern import lazy

_LINE: Final = lazy(r"(?:export )?FLANNEL_(IPV6_)?(NETWORK|SUBNET|MTU|IPMASQ)=[\"']?([^\s\"']*)[\"']?\s*$")
_MISSING: Final = lazy(r"cat: (?:can't open )?'?/\S*/subnet\.env'?: No such file or directory\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /run/flannel/subnet.env``."""
    files = files_shown(words)
    if files is None or not all(re.match(r"/(?:\S+/)?flannel/\S*subnet\.env$", file) for file in files):
        return None
    return (covers(PodNetwork),)


def _first(text: str | None) -> tuple[Ip | None, int | None]:
    """Return (address, length) of the first of a list of networks."""
    if not text:
        return None, None
    _, address, length = parse_prefix(text.partition(",")[0])
    return address, length


def _network(family: int, values: dict[str, str]) -> PodNetwork:
    """Make the row of one family; ValueError says what is wrong with it."""
    prefix = "IPV6_" if family == 6 else ""  # noqa: PLR2004 - the family's own number
    found, subnet, length = parse_prefix(values[f"{prefix}SUBNET"])
    if found != family:
        raise ValueError(f'"{values[f"{prefix}SUBNET"]}" is not an IPv{family} network')
    network, network_len = _first(values.get(f"{prefix}NETWORK"))
    mtu = number(values["MTU"]) if values.get("MTU") else None
    ipmasq = values["IPMASQ"].lower() == "true" if "IPMASQ" in values else None
    return PodNetwork(family, network, network_len, subnet, length, mtu, ipmasq)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the settings; there is a row for each family that has a subnet."""
    del words
    values: dict[str, str] = {}
    at: dict[str, int] = {}
    for index, line in enumerate(lines):
        if (match := _LINE.match(line)) is not None:
            name = f"{match[1] or ''}{match[2]}"
            values[name], at[name] = match[3], index
        elif line.strip() and not line.startswith("#") and not _MISSING.match(line):
            yield index, bad("subnet.env", f'"{line.split(maxsplit=1)[0]}" is not a setting of flannel')
    for family, name in ((4, "SUBNET"), (6, "IPV6_SUBNET")):
        if name in values:
            try:
                yield at[name], _network(family, values)
            except ValueError as error:
                yield at[name], bad("subnet.env", error)


READER: Final = Reader(
    name="cat /run/flannel/subnet.env",
    accepts=accepts,
    starts=lazy(r"(?:export )?FLANNEL_(?:IPV6_)?(?:NETWORK|SUBNET|MTU|IPMASQ)=\S*\s*$"),
    continues=lazy(f"(?:export )?FLANNEL_[A-Z0-9_]+=|{_MISSING.pattern}"),
    read=read,
    shape_coverage=assumed(PodNetwork),
)
