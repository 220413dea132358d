"""Values from decoded JSON and YAML of unknown shape."""

from collections.abc import Iterator

from podpath.readers.interface import Json
from podpath.state.address import Ip, Mac, parse_ip, parse_mac
from podpath.state.pattern import lazy

_CONTAINER = lazy("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}")
_LARGEST = (1 << 63) - 1


def inside(document: Json, *path: str) -> Json:
    """Return what is at a path of keys, or None."""
    for key in path:
        if not isinstance(document, dict):
            return None
        document = document.get(key)
    return document


def text(document: Json, *path: str) -> str | None:
    """Return a text that is not empty, or None; a number is written out."""
    found = document
    for key in path:  # as inside() does it: of large clusters, most of the time is spent here
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    if isinstance(found, str):
        return found or None
    return str(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def count(document: Json, *path: str) -> int | None:
    """Return a number that a table can hold, or None."""
    found = inside(document, *path)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 20:  # noqa: PLR2004 - 64 bits
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _LARGEST else None


def truth(document: Json, *path: str) -> bool | None:
    """Return a truth value, or None."""
    found = inside(document, *path)
    if found in ("true", "True"):
        return True
    return False if found in ("false", "False") else found if isinstance(found, bool) else None


def ip(document: Json, *path: str) -> Ip | None:
    """Return an address, or None if there is none.

    Raises:
        ValueError: the text is no address.
    """
    found = text(document, *path)
    return parse_ip(found) if found is not None else None


def mac(document: Json, *path: str) -> Mac | None:
    """Return a link-layer address, or None if there is none.

    Raises:
        ValueError: the text is no link-layer address.
    """
    found = text(document, *path)
    return parse_mac(found) if found is not None else None


def items(document: Json, *path: str) -> Iterator[Json]:
    """Yield the members of a list that are objects."""
    found = inside(document, *path)
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield item


def pairs(document: Json, *path: str) -> str | None:
    """Return an object as ``key=value``, comma-separated, or None.

    Raises:
        ValueError: a value is an object or a list.
    """
    found = inside(document, *path)
    return ",".join(f"{key}={plain(value)}" for key, value in found.items()) or None if isinstance(found, dict) else None


def plain(value: Json) -> str:
    """Return a text, a number or a truth value written out.

    Raises:
        ValueError: it is an object or a list, of unknown length and depth.
    """
    if isinstance(value, dict | list):
        kind = "an object" if isinstance(value, dict) else "a list"
        raise ValueError(f"a value is {kind} where a text was to be")  # noqa: TRY004 - readers tell what is wrong by ValueError
    return str(value)


def container_name(name: str | None) -> str | None:
    """Return a container name by the rule of Docker and podman (``[a-zA-Z0-9][a-zA-Z0-9_.-]*``), or None if it is not valid.

    A program that serves a runtime's socket may return any text; commands are printed with such names.
    """
    return name if name is not None and _CONTAINER.fullmatch(name) else None
