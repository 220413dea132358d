"""``docker inspect``: containers in full (docker-inspect(1)), and the same of podman and nerdctl.

Environment and labels are not read: they hold secrets.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.docker_network import is_network, network_rows
from podpath.readers.docker_ps import runtime_words
from podpath.readers.documents import count, inside, ip, items, mac, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.evidence import Complete, Coverage
from podpath.state.runtime import Container, ContainerAddress

_OPTIONS: Final = spellings("s/size l/latest")
_VALUED: Final = spellings("t/type format mode")
_JSON: Final = frozenset(("json", "{{json .}}", "{{ json . }}"))
_NOTHING: Final = re.compile(r"(?:Error(?: response from daemon)?: )?[Nn]o such (?:object|container): \S+")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker inspect NAME …`` and ``docker container inspect NAME …``."""
    rest = runtime_words(words)
    rest = rest[1:] if rest[:1] == ["container"] else rest
    found = parse_options(rest[1:], _OPTIONS, _VALUED) if rest[:1] == ["inspect"] else None
    if found is None or not found.rest or found.values.get("format", "json") not in _JSON:
        return None
    if found.values.get("t", "container") not in ("container", "network"):
        return None
    complete = Complete.NO if "$" in "".join(found.rest) else Complete.YES
    tables = ("container", "container_address")
    return tuple(Coverage(table, part=name, complete=complete) for name in found.rest for table in tables)


def _published(ports: Json) -> str | None:
    """Return the ports as ``docker ps`` prints them."""
    parts: list[str] = []
    for inner in ports if isinstance(ports, dict) else ():
        bindings = list(items(ports, inner))
        parts.extend(f"{text(each, 'HostIp') or ''}:{text(each, 'HostPort') or ''}->{inner}" for each in bindings)
        if not bindings:
            parts.append(str(inner))
    return ", ".join(parts) or None


def _addresses(name: str, network: str, item: Json) -> Iterator[Item]:
    """Yield where a container is attached to a network: a row for each family, or one without an address."""
    hardware = mac(item, "MacAddress")
    first, second = ip(item, "IPAddress"), ip(item, "GlobalIPv6Address")
    if first is not None or second is None:
        length = count(item, "IPPrefixLen") if first is not None else None
        yield 0, ContainerAddress(name, network, first, length, hardware, ip(item, "Gateway"))
    if second is not None:
        length = count(item, "GlobalIPv6PrefixLen")
        yield 0, ContainerAddress(name, network, second, length, hardware, ip(item, "IPv6Gateway"))


def _container(item: Json) -> Iterator[Item]:
    """Yield the rows of a container; ValueError says what is wrong with it."""
    ident, name = text(item, "Id") or text(item, "ID"), (text(item, "Name") or "").removeprefix("/")
    if ident is None or not name:
        raise ValueError("a container has no id or no name")
    settings = inside(item, "NetworkSettings")
    mode = text(item, "HostConfig", "NetworkMode")
    pid = count(item, "State", "Pid") or None  # 0 while it does not run; the sandbox's path is stale then
    yield 0, Container(
        ident, name, text(item, "Config", "Image") or text(item, "ImageName") or text(item, "Image"),
        text(item, "State", "Status"), pid, mode, _published(inside(settings, "Ports")),
        text(settings, "SandboxKey") if pid is not None else None,
    )  # fmt: skip
    networks = inside(settings, "Networks")
    if isinstance(networks, dict):
        for network, attached in networks.items():
            yield from _addresses(name, str(network), attached)
    elif text(settings, "IPAddress") is not None:
        yield from _addresses(name, "bridge" if mode in (None, "default") else str(mode), settings)


def _is_container(document: Json) -> bool:
    return isinstance(document, dict) and {"Id", "Name", "State"} <= document.keys()


def owns_json(document: Json) -> bool:
    """Say whether a document is inspected containers."""
    return isinstance(document, list) and bool(document) and all(_is_container(item) for item in document)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the document; ``docker inspect`` shows networks, too."""
    del words
    for item in document if isinstance(document, list) else [document]:
        try:
            if is_network(item):
                yield from network_rows(item)
            elif _is_container(item):
                yield from _container(item)
            else:
                yield 0, bad("docker inspect", "an object is neither a container nor a network")
        except ValueError as error:
            yield 0, bad("docker inspect", error)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the lines that are no JSON: what does not exist."""
    del words
    for index, line in enumerate(lines):
        if line.strip() and line.strip() != "[]" and not _NOTHING.match(line):
            yield index, bad("docker inspect", f'"{line.split(maxsplit=1)[0]}" begins no JSON')


READER: Final = Reader(
    name="docker inspect",
    accepts=accepts,
    continues=re.compile(_NOTHING.pattern),
    read=read,
    shape_coverage=(Coverage("container", complete=Complete.NO), Coverage("container_address", complete=Complete.NO)),
    owns_json=owns_json,
    read_json=read_json,
)
