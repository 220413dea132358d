"""``docker network inspect`` and ``docker network ls``: networks of a runtime, of podman and nerdctl, too."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.docker_ps import runtime_words
from podpath.readers.documents import count, inside, ip, items, mac, text, truth
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.address import parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import ContainerAddress, ContainerNetwork

_OPTIONS: Final = spellings("v/verbose no-trunc noheading n")
_VALUED: Final = spellings("f/filter format")
_JSON: Final = frozenset(("json", "{{json .}}", "{{ json . }}"))
_HEADER: Final = lazy(r"NETWORK ID\s+NAME\s+(?:DRIVER|FILE|VERSION\s+PLUGINS)(?:\s+SCOPE)?\s*$")
_ROW: Final = lazy(r"([0-9a-f]{12,64})\s+(\S+)(?:\s+(\S+))?(?:\s+(local|swarm|global))?\s*$")
_NOTHING: Final = lazy(r"\s+(?:host|none)\s*$|Error(?: response from daemon)?: (?:No such network|network \S+ not found)")
_LONGEST_NAME: Final = 12
_ON_A_DEVICE: Final = ("macvlan", "ipvlan")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker network ls`` and ``docker network inspect NAME …``."""
    rest = runtime_words(words)
    if rest[:1] != ["network"] or rest[1:2] not in (["ls"], ["list"], ["inspect"]):
        return None
    found = parse_options(rest[2:], _OPTIONS, _VALUED)
    if found is None or found.values.get("format", "json") not in _JSON:
        return None
    if rest[1] != "inspect":
        complete = Complete.NO if "f" in found.values else Complete.YES
        return None if found.rest else (covers(ContainerNetwork, complete=complete),)
    if "f" in found.values or not found.rest:
        return None  # `-f` of inspect is a template
    each = ((covers(ContainerNetwork, part=name), covers(ContainerAddress, part=name)) for name in found.rest)
    return tuple(coverage for pair in each for coverage in pair)


def _row(line: str) -> ContainerNetwork:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" does not begin a network')
    # nerdctl has the network's file where docker has the driver.
    driver = None if (match[3] or "").startswith("/") else match[3]
    return ContainerNetwork(match[1], match[2], driver, match[4])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table of ``docker network ls``."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _NOTHING.match(line) or line.strip() == "[]":
            continue
        try:
            yield index, _row(line)
        except ValueError as error:
            yield index, bad("docker network ls", error)


def is_network(document: Json) -> bool:
    """Say whether an object is a network, as docker, nerdctl or podman inspect it."""
    if not isinstance(document, dict):
        return False
    keys = document.keys()
    return {"Name", "IPAM"} <= keys or {"name", "driver", "network_interface"} <= keys or {"name", "subnets"} <= keys


def _is_listed(document: Json) -> bool:
    return isinstance(document, dict) and {"Driver", "ID", "Name", "Scope"} <= document.keys()


def owns_json(document: Json) -> bool:
    """Say whether a document is networks: a list of inspected ones, or one that is listed."""
    if isinstance(document, list):
        return bool(document) and all(is_network(item) for item in document)
    return _is_listed(document) or is_network(document)


def _bridge(item: Json, ident: str) -> str | None:
    """Return the name of the network's bridge, where it has one."""
    named = text(item, "Options", "com.docker.network.bridge.name")
    if named is None and text(item, "driver") == "bridge":
        named = text(item, "network_interface")
    if named is not None or text(item, "Driver") != "bridge":
        return named
    return f"br-{ident[:_LONGEST_NAME]}"


def _parent(item: Json) -> str | None:
    """Return the host's device below the network, or None if there is none."""
    named = text(item, "network_interface") if text(item, "driver") in _ON_A_DEVICE else None
    return named or text(item, "Options", "parent")


def network_rows(item: Json) -> Iterator[Item]:
    """Yield the rows of an inspected network; one for each of its subnets.

    Raises:
        ValueError: an address in it is not valid.
    """
    name, ident = text(item, "Name") or text(item, "name"), text(item, "Id") or text(item, "id") or ""
    if name is None:
        raise ValueError("a network has no name")
    driver, scope = text(item, "Driver") or text(item, "driver"), text(item, "Scope")
    internal = truth(item, "Internal") if inside(item, "Internal") is not None else truth(item, "internal")
    mtu = count(item, "Options", "com.docker.network.driver.mtu") or count(item, "options", "mtu")
    base = ContainerNetwork(
        ident, name, driver, scope, bridge=_bridge(item, ident), internal=internal, mtu=mtu, parent=_parent(item)
    )
    subnets = [*items(item, "IPAM", "Config"), *items(item, "subnets")]
    for subnet in subnets:
        prefix = text(subnet, "Subnet") or text(subnet, "subnet")
        gateway = ip(subnet, "Gateway") or ip(subnet, "gateway")
        if prefix is not None:
            _, first, length = parse_prefix(prefix)
            yield 0, base._replace(subnet=first, subnet_len=length, gateway=gateway)
    if not subnets:
        yield 0, base
    yield from _members(name, inside(item, "Containers") or inside(item, "containers"))


def _members(network: str, containers: Json) -> Iterator[Item]:
    """Yield the addresses of the containers in a network."""
    for ident, item in containers.items() if isinstance(containers, dict) else ():
        name = text(item, "Name") or text(item, "name")
        if name is None:
            continue
        for key in ("IPv4Address", "IPv6Address"):
            prefix = text(item, key)
            if prefix is not None:
                _, address, length = parse_prefix(prefix)
                yield 0, ContainerAddress(name, network, address, length, mac(item, "MacAddress"), id=str(ident))


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON forms."""
    del words
    for item in document if isinstance(document, list) else [document]:
        try:
            if _is_listed(item):
                driver, scope = text(item, "Driver"), text(item, "Scope")
                internal = truth(item, "Internal")
                yield 0, ContainerNetwork(str(item["ID"]), str(item["Name"]), driver, scope, internal=internal)
            else:
                yield from network_rows(item)
        except ValueError as error:
            yield 0, bad("docker network inspect", error)


READER: Final = Reader(
    name="docker network",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(r"[0-9a-f]{12,64}\s+\S+\s+\S+(?:\s+(?:local|swarm|global))?\s*$|" + _NOTHING.pattern),
    read=read,
    shape_coverage=(covers(ContainerNetwork, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
