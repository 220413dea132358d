"""``docker compose ps``: the containers of a project (docker-compose-ps(1)), whose identifiers it leaves out."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.columns import read_table
from podpath.readers.docker_ps import exit_code, runtime_words, state_of
from podpath.readers.interface import Item, Reader
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import Container

_HEADER: Final = lazy(r"NAME\s+(?:IMAGE\s+)?COMMAND\s+SERVICE\s+(?:CREATED\s+)?STATUS\s+PORTS\s*$")
_STATES: Final = r"(?:Up|Exited|Created|Restarting|Dead|Removal|Paused|running|exited|created|restarting|dead|paused)\b"
_LINE: Final = lazy(rf"[\w.-]+\s{{2,}}\S.*\s{_STATES}.*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker compose ps``, ``docker-compose ps``; it shows one project alone."""
    rest = ["compose", *words[1:]] if words[:1] in (["docker-compose"], ["podman-compose"]) else runtime_words(words)
    shown = rest[:1] == ["compose"] and "ps" in rest and all(word.startswith("-") or word == "ps" for word in rest[1:])
    return (covers(Container, complete=Complete.NO),) if shown and "-q" not in rest else None


def _row(row: dict[str, str]) -> Container:
    """Read a row; ValueError says what is wrong with it."""
    name, status = row.get("NAME", ""), row.get("STATUS", "")
    if not name or " " in name:
        raise ValueError(f'"{name}" is not the name of a container')
    # Nothing else names it: two containers of one engine never share a name.
    return Container(
        name, name, row.get("IMAGE") or None, state_of(status), ports=row.get("PORTS") or None, exit_code=exit_code(status)
    )


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    return read_table(lines, _HEADER.match, _row, "docker compose ps")


READER: Final = Reader(
    name="docker compose ps",
    accepts=accepts,
    starts=_HEADER,
    continues=_LINE,
    read=read,
    shape_coverage=(covers(Container, complete=Complete.NO),),
    also=("docker-compose", "podman-compose"),
)
