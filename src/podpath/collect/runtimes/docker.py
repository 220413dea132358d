"""Docker Engine, by its HTTP API (docs.docker.com/reference/api/engine): what ``docker inspect`` prints.

The list of containers lacks process and namespace, so each is inspected, one after the other on one
connection (0.7 ms each). Paths carry no version: the engine's own is the one it surely speaks.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from podpath.collect.runtimes.http_api import Api
from podpath.collect.runtimes.interface import Heard, Runtime, Source, UnansweredError, Where
from podpath.collect.runtimes.sockets import find_sockets, followed
from podpath.readers import docker_inspect, docker_network
from podpath.readers.documents import text
from podpath.readers.interface import Bad, Item, Json
from podpath.state.evidence import Complete, covers
from podpath.state.host import Missing
from podpath.state.runtime import Container, ContainerAddress, ContainerLabel, ContainerNetwork, PublishedPort

_NAME: Final = "docker"
_SERVERS: Final = frozenset(("dockerd",))
_USUAL: Final = "run/docker.sock"
_SOCKETS: Final = (_USUAL, "var/run/docker.sock", "run/user/*/docker.sock", "var/snap/docker/common/run/docker.sock")
PODMAN: Final = "Libpod-API-Version"
"""The header that identifies podman if it answers like Docker."""
_TABLES: Final = (Container, ContainerAddress, ContainerLabel, PublishedPort)


def sources(where: Where) -> Iterator[Source]:
    """Yield the engines that have a socket."""
    for path in find_sockets(where, _SOCKETS, ("DOCKER_HOST",)):
        if followed(path, where).name == "podman.sock":
            continue  # podman in Docker's place; it is asked as podman
        command = client(path, where, _NAME, _USUAL)
        yield Source(f"{_NAME} ({path})", f"{command} ps -a", partial(_read, path, where, command))


def client(path: Path, where: Where, program: str, usual: str) -> str:
    """Return the command line's beginning that reaches an engine."""
    return program if path == where.root / usual else f"{program} -H unix://{path}"


def _read(path: Path, where: Where, command: str) -> Iterator[Heard]:
    with Api(path, where, _SERVERS) as api:
        if api.header("/_ping", PODMAN) is not None:
            return  # the same under another name
        found = inspect_each(api, "/containers/{}/json", running_first(api.list("/containers/json?all=1")))
        yield heard(f"{command} inspect $({command} ps -aq)", _NAME, found, _TABLES)
        networks = Inspected(api.list("/networks"))
        yield heard(f"{command} network inspect $({command} network ls -q)", _NAME, networks, (ContainerNetwork,))


class Inspected(NamedTuple):
    """Objects as an engine describes them.

    Attributes:
        documents: the descriptions.
        cut_off: why the rest is missing, or None if all are there.
    """

    documents: list[Json]
    cut_off: str | None = None


def running_first(listed: list[Json]) -> list[str]:
    """Return the identifiers of listed containers, those that run first: time may run out."""
    return [ident for each in sorted(listed, key=lambda each: text(each, "State") != "running") if (ident := text(each, "Id"))]


def inspect_each(api: Api, path: str, idents: Iterable[str]) -> Inspected:
    """Return the descriptions of objects; those that went away since they were listed are left out."""
    documents: list[Json] = []
    try:
        for ident in idents:
            document = api.get(path.format(quote(ident, safe="")))
            if document is not None:
                documents.append(document)
    except UnansweredError as error:
        return Inspected(documents, str(error))
    return Inspected(documents)


def heard(command: str, runtime: str, found: Inspected, tables: tuple[type[NamedTuple], ...]) -> Heard:
    """Return what the readers of ``docker inspect`` make of descriptions."""
    words = [runtime, "inspect"]
    read = docker_network.read_json if ContainerNetwork in tables else docker_inspect.read_json
    return from_items(command, runtime, list(read(words, found.documents)), tables, found.cut_off)


def from_items(
    command: str, runtime: str, read: Iterable[Item], tables: tuple[type[NamedTuple], ...], cut_off: str | None = None
) -> Heard:
    """Return rows and complaints of a reader as what a runtime said."""
    rows, unknowns = [], [] if cut_off is None else [Missing(f"the rest of the answer of {runtime}: {cut_off}", command)]
    for _, row in read:
        if isinstance(row, Bad):
            unknowns.append(Missing(row.reason, command))
        else:
            rows.append(row)
    complete = Complete.NO if unknowns else Complete.YES
    return Heard(command, rows, tuple(covers(table, part=runtime, complete=complete) for table in tables), tuple(unknowns))


RUNTIME: Final = Runtime(_NAME, sources)
