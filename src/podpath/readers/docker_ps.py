"""``docker ps``: containers (docker-ps(1)), and the same of podman and nerdctl."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.columns import read_table
from podpath.readers.documents import count, inside, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import Container

PROGRAMS: Final = frozenset(("docker", "podman", "nerdctl"))
_OPTIONS: Final = spellings("a/all l/latest s/size no-trunc notrunc external")
_VALUED: Final = spellings("f/filter n/last format namespace")
_HEADER: Final = lazy(r"CONTAINER ID\s+IMAGE\s+COMMAND\s+CREATED\s+STATUS\s+PORTS\s+NAMES(?:\s+SIZE)?\s*$")
_ID: Final = lazy(r"[0-9a-f]{12,64}$")
_STATES: Final = {
    "up": "running", "exited": "exited", "created": "created", "restarting": "restarting", "dead": "dead",
    "removal": "removing", "paused": "paused", "running": "running", "initialized": "created", "stopped": "exited",
}  # fmt: skip
_ENDED: Final = lazy(r"(?:Exited|Restarting) \((\d+)\)")
_JSON: Final = frozenset(("json", "{{json .}}", "{{ json . }}", "{{json . }}"))


def runtime_words(words: Sequence[str]) -> list[str]:
    """Return the words after the runtime's own options: its command and what follows."""
    if not words or words[0] not in PROGRAMS:
        return []
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        valued = rest[0] in ("-H", "--host", "-c", "--context", "-n", "--namespace", "--config")
        rest = rest[2 if valued else 1 :]
    return rest


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker ps [-a]`` and ``docker container ls``."""
    rest = runtime_words(words)
    rest = rest[1:] if rest[:1] == ["container"] else rest
    if rest[:1] not in (["ps"], ["ls"], ["list"]) or (rest[0] != "ps" and "container" not in words):
        return None
    found = parse_options(rest[1:], _OPTIONS, _VALUED)
    if found is None or found.rest or found.values.get("format", "json") not in _JSON:
        return None
    narrowed = "a" not in found.flags or "l" in found.flags or not found.values.keys() <= {"format"}
    return (covers(Container, complete=Complete.NO if narrowed else Complete.YES),)


def state_of(status: str) -> str | None:
    """Return what a container does, by its status: ``Up 2 hours (Paused)``; None if no word of it is known."""
    if "(Paused)" in status:
        return "paused"
    return _STATES.get(status.partition(" ")[0].lower())


def exit_code(status: str) -> int | None:
    """Return what the program ended with: ``Exited (137) 2 hours ago``, ``Restarting (1) 5 seconds ago``."""
    found = _ENDED.match(status)
    return int(found[1]) if found is not None else None


def _name(names: str) -> str:
    """Return the container's own name: names with a slash are links of others to it."""
    return next((name for name in names.split(",") if "/" not in name), names)


def _row(row: dict[str, str]) -> Container:
    """Read a row; ValueError says what is wrong with it."""
    ident, names = row.get("CONTAINER ID", ""), row.get("NAMES", "")
    if not _ID.match(ident):
        raise ValueError(f'"{ident}" is not a container id')
    if not names:
        raise ValueError(f'"{ident}" has no name')
    status, image, ports = row.get("STATUS", ""), row.get("IMAGE") or None, row.get("PORTS") or None
    return Container(ident, _name(names), image, state_of(status), ports=ports, exit_code=exit_code(status))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    return read_table(lines, _HEADER.match, _row, "docker ps")


def _is_container(document: Json) -> bool:
    return (
        isinstance(document, dict)
        and {"Names", "Image", "Status"} <= document.keys()
        and not {"ID", "Id"}.isdisjoint(document.keys())
    )


def owns_json(document: Json) -> bool:
    """Say whether a document is a line of ``docker ps --format json``, or ``podman ps --format json``."""
    if isinstance(document, list):
        return bool(document) and all(_is_container(item) for item in document)
    return _is_container(document)


def _ports(item: Json) -> str | None:
    """Return published ports as the table prints them; podman lists them as objects."""
    ports = inside(item, "Ports")
    if not isinstance(ports, list):
        return text(item, "Ports")
    each = (
        f"{text(port, 'host_ip') or '0.0.0.0'}:{text(port, 'host_port')}->"  # noqa: S104 - any address, as printed
        f"{text(port, 'container_port')}/{text(port, 'protocol')}"
        for port in ports
        if isinstance(port, dict)
    )
    return ", ".join(each) or None


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else [document]:
        names = inside(item, "Names")
        name = text(names[0] if isinstance(names, list) and names else names)
        ident = text(item, "ID") or text(item, "Id")
        if name is None or ident is None:
            yield 0, bad("docker ps --format json", "a container has no id or no name")
            continue
        state = text(item, "State") or state_of(text(item, "Status") or "")
        pid = count(item, "Pid")
        code = exit_code(text(item, "Status") or "")
        yield 0, Container(ident, _name(name), text(item, "Image"), state, pid or None, None, _ports(item), exit_code=code)


READER: Final = Reader(
    name="docker ps",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(
        r"[0-9a-f]{12}(?:[0-9a-f]{52})?\s{2,}\S+\s{2,}\S.*\s(?:Up|Exited|Created|Restarting|Dead|Removal|Paused)\b.*$"
    ),
    read=read,
    shape_coverage=(covers(Container, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
