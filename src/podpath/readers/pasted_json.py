"""JSON in pasted text: where a document begins and ends, and what it holds."""

import json
from typing import Final

from podpath.readers.interface import Json
from podpath.state.pattern import lazy

JSON_START: Final = lazy(r"^\s*(?:[\[{]\s*$|[\[{]\s*[\"\[{]|\[\s*\]\s*$|\{\s*\}\s*$)")
_QUOTED: Final = lazy(r'"(?>[^"\\]|\\.)*+"?')


def decoded(text: str) -> Json:
    """Decode JSON, by the fast decoder if it can (it refuses numbers beyond 64 bits)."""
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        # Halves of characters ("\\ud800") are JSON, and no text that could be kept.
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


def whole(line: str) -> Json | None:
    """Return the document that a line holds, or None if it goes on, or is none: programs mostly print all of it in one line."""
    if line[-1:] not in {"]", "}"} or line.count("{") != line.count("}") or line.count("[") != line.count("]"):
        return None
    try:
        return decoded(line)
    except (ValueError, RecursionError):
        return None


def opened(line: str) -> int:
    """Return how many more brackets a line of JSON opens than it closes: where none is open any more, the document ends."""
    # Without a backslash, what stands between quotes is every second part.
    bare = _QUOTED.sub("", line) if "\\" in line else "".join(line.split('"')[::2])
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
