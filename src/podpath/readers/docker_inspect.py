"""``docker inspect``: containers in full (docker-inspect(1)), and the same of podman and nerdctl.

The environment is not read, nor a label that looks like a credential: they are secrets.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from podpath.readers.credentials import labels_kept
from podpath.readers.docker_network import is_network, network_rows
from podpath.readers.docker_ps import runtime_words
from podpath.readers.documents import container_name, count, inside, ip, items, mac, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import Container, ContainerAddress, ContainerLabel, PublishedPort, UnpublishedPort

_OPTIONS: Final = spellings("s/size l/latest")
_VALUED: Final = spellings("t/type format mode")
_TABLES: Final = (Container, ContainerAddress, ContainerLabel, PublishedPort)
_JSON: Final = frozenset(("json", "{{json .}}", "{{ json . }}"))
_RUNTIMES: Final = {"docker": "docker", "podman": "podman", "nerdctl": "containerd"}
_INNER: Final = lazy(r"([0-9]{1,5})(?:/(\w+))?$")
_NOTHING: Final = lazy(r"(?:Error(?: response from daemon)?: )?[Nn]o such (?:object|container): \S+")


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
    tables = _TABLES
    return tuple(covers(table, part=name, complete=complete) for name in found.rest for table in tables)


def _published(ports: Json) -> str | None:
    """Return the ports as ``docker ps`` prints them."""
    parts: list[str] = []
    for inner in ports if isinstance(ports, dict) else ():
        bindings = list(items(ports, inner))
        parts.extend(f"{text(each, 'HostIp') or ''}:{text(each, 'HostPort') or ''}->{inner}" for each in bindings)
        if not bindings:
            parts.append(str(inner))
    return ", ".join(parts) or None


class _Port(NamedTuple):
    """A port as ``docker inspect`` names it.

    Attributes:
        number: its number.
        proto: its protocol.
        bindings: the ports of the host that lead to it, or that were asked for.
    """

    number: int
    proto: str
    bindings: list[Json]


def _named(ports: Json) -> Iterator[_Port]:
    for inner in ports if isinstance(ports, dict) else ():
        match = _INNER.match(str(inner))
        if match is not None:
            yield _Port(int(match[1]), match[2] or "tcp", list(items(ports, inner)))


def _ports(name: str, ident: str, ports: Json) -> Iterator[Item]:
    """Yield the ports that the host publishes; those that are only exposed lead nowhere."""
    for port in _named(ports):
        for each in port.bindings:
            address, number = text(each, "HostIp"), count(each, "HostPort")
            at = parse_ip(address) if address else None
            yield 0, PublishedPort(name, port.proto, port.number, at, number, ident)


def _unpublished(name: str, ident: str, item: Json, ports: Json) -> Iterator[Item]:
    """Yield the ports of a running container that are named, and lead nowhere from the host."""
    published = {(port.number, port.proto) for port in _named(ports) if port.bindings}
    asked = {(port.number, port.proto): port.bindings for port in _named(inside(item, "HostConfig", "PortBindings"))}
    exposed = {(port.number, port.proto) for port in (*_named(inside(item, "Config", "ExposedPorts")), *_named(ports))}
    for number, proto in sorted((exposed | asked.keys()) - published):
        wanted = {count(each, "HostPort") for each in asked.get((number, proto), ())} or {None}
        for host_port in sorted(wanted, key=lambda port: port or 0):
            yield 0, UnpublishedPort(name, proto, number, host_port or None, ident)


def _addresses(base: ContainerAddress, item: Json) -> Iterator[Item]:
    """Yield where a container is attached to a network: a row for each family, or one without an address."""
    base = base._replace(mac=mac(item, "MacAddress"))
    first, second = ip(item, "IPAddress"), ip(item, "GlobalIPv6Address")
    if first is not None or second is None:
        length = count(item, "IPPrefixLen") if first is not None else None
        yield 0, base._replace(address=first, length=length, gateway=ip(item, "Gateway"))
    if second is not None:
        length = count(item, "GlobalIPv6PrefixLen")
        yield 0, base._replace(address=second, length=length, gateway=ip(item, "IPv6Gateway"))


def _container(item: Json, runtime: str | None) -> Iterator[Item]:
    """Yield the rows of a container; ValueError says what is wrong with it."""
    ident, name = text(item, "Id") or text(item, "ID"), (text(item, "Name") or "").removeprefix("/")
    if container_name(ident) is None or ident is None or not name:
        raise ValueError("a container has no id or no name")
    name = container_name(name) or ident
    settings = inside(item, "NetworkSettings")
    mode = text(item, "HostConfig", "NetworkMode")
    health = text(item, "State", "Health", "Status") or text(item, "State", "Healthcheck", "Status")
    pid = count(item, "State", "Pid") or None  # 0 while it does not run; the sandbox's path is stale then
    # A container that does not run has no ports; what it was made with says which it wants.
    ports = inside(settings, "Ports") or (inside(item, "HostConfig", "PortBindings") if pid is None else None)
    yield 0, Container(
        ident, name, text(item, "Config", "Image") or text(item, "ImageName") or text(item, "Image"),
        text(item, "State", "Status"), pid, mode, _published(ports),
        text(settings, "SandboxKey") if pid is not None else None,
        health if health != "none" else None, runtime, text(item, "Pod"),
        count(item, "State", "ExitCode") if pid is None else None, count(item, "RestartCount"),
        text(item, "HostConfig", "RestartPolicy", "Name"),
    )  # fmt: skip
    for label, value in labels_kept(inside(item, "Config", "Labels")):
        yield 0, ContainerLabel(name, label, value, ident)
    yield from _ports(name, ident, ports)
    if pid is not None:
        yield from _unpublished(name, ident, item, ports)
    networks = inside(settings, "Networks")
    if isinstance(networks, dict):
        for network, attached in networks.items():
            yield from _addresses(ContainerAddress(name, str(network), id=ident), attached)
    elif text(settings, "IPAddress") is not None:
        network = "bridge" if mode in (None, "default") else str(mode)
        yield from _addresses(ContainerAddress(name, network, id=ident), settings)


def _is_container(document: Json) -> bool:
    return isinstance(document, dict) and {"Id", "Name", "State"} <= document.keys()


def owns_json(document: Json) -> bool:
    """Say whether a document is inspected containers."""
    return isinstance(document, list) and bool(document) and all(_is_container(item) for item in document)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the document; ``docker inspect`` shows networks, too."""
    runtime = _RUNTIMES.get(words[0]) if words else None
    for item in document if isinstance(document, list) else [document]:
        try:
            if is_network(item):
                yield from network_rows(item)
            elif _is_container(item):
                yield from _container(item, runtime)
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
    continues=lazy(_NOTHING.pattern),
    read=read,
    shape_coverage=tuple(covers(table, complete=Complete.NO) for table in _TABLES),
    owns_json=owns_json,
    read_json=read_json,
)
