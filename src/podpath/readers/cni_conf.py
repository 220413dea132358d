"""``cat /etc/cni/net.d/…``: network configurations of the container runtime (CNI specification)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.documents import count, inside, text, truth
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, files_shown
from podpath.state.address import Ip, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import CniPlugin
from podpath.state.pattern import lazy

_FOLDER: Final = lazy(r"/(?:cni|net\.d)")
_MISSING: Final = lazy(r"cat: (?:can't open )?'?/\S+'?: No such file or directory\s*$")
_DIGIT: Final = lazy(r"[0-9a-fA-F:]*[0-9]")


def _is_conf(file: str) -> bool:
    """Say whether a path is one of a network configuration, or a pattern of such paths."""
    folder, _, name = file.rpartition("/")
    named = name.endswith((".conflist", ".conf", ".json")) or "*" in file
    return file.startswith("/") and named and _FOLDER.search(folder, 1) is not None and len(file.split()) == 1


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /etc/cni/net.d/FILE``; only ``*`` shows all of them."""
    files = files_shown(words)
    if files is None or not all(map(_is_conf, files)):
        return None
    every = any(file.endswith("/*") for file in files)
    return (covers(CniPlugin, complete=Complete.YES if every else Complete.NO),)


def _subnet(item: Json) -> tuple[Ip | None, int | None]:
    """Return (address, length) of the subnet in the plugin's IPAM part."""
    ipam = inside(item, "ipam")
    found = text(ipam, "subnet")
    ranges = inside(ipam, "ranges")
    if found is None and isinstance(ranges, list) and ranges:
        first = ranges[0][0] if isinstance(ranges[0], list) and ranges[0] else ranges[0]
        found = text(first, "subnet")
    if found is None or not _DIGIT.match(found):
        return None, None  # none, or a word that another program replaces (usePodCidr)
    _, address, length = parse_prefix(found)
    return address, length


def _either(item: Json, *names: str) -> bool | None:
    """Return the first of some truth values that is given, of a plugin or of the one that it delegates to."""
    for place in (item, inside(item, "delegate")):
        for name in names:
            if (found := truth(place, name)) is not None:
                return found
    return None


def _plugin(network: str, position: int, item: Json) -> CniPlugin:
    """Make the row of one plugin; ValueError says what is wrong with it."""
    kind = text(item, "type")
    if kind is None:
        raise ValueError(f"plugin {position} of {network} has no type")
    subnet, length = _subnet(item)
    return CniPlugin(
        network, position, kind, text(item, "bridge") or text(item, "delegate", "bridge"),
        count(item, "mtu") or count(item, "delegate", "mtu"), _either(item, "hairpinMode"),
        _either(item, "isGateway", "isDefaultGateway"), _either(item, "ipMasq"), subnet, length,
    )  # fmt: skip


def owns_json(document: Json) -> bool:
    """Say whether a document is a CNI network configuration."""
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        return False
    alone = "cniVersion" in document and isinstance(document.get("type"), str)
    return alone or isinstance(document.get("plugins"), list)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the document: a chain of plugins, or a lone one."""
    del words
    network = text(document, "name")
    if network is None:
        yield 0, bad("/etc/cni/net.d", "the network has no name")
        return
    plugins = inside(document, "plugins")
    for position, item in enumerate(plugins if isinstance(plugins, list) else [document]):
        try:
            yield 0, _plugin(network, position, item)
        except ValueError as error:
            yield 0, bad("/etc/cni/net.d", error)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the lines that are no JSON: files that do not exist."""
    del words
    for index, line in enumerate(lines):
        if line.strip() and not _MISSING.match(line):
            yield index, bad("/etc/cni/net.d", f'"{line.split(maxsplit=1)[0]}" begins no JSON')


READER: Final = Reader(
    name="cat /etc/cni/net.d",
    accepts=accepts,
    continues=lazy(_MISSING.pattern),
    read=read,
    shape_coverage=(covers(CniPlugin, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
