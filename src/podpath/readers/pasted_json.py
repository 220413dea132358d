"""JSON in pasted text: where a document begins and ends, and what it holds."""

import json
from typing import Final

from podpath.readers.interface import Json
from podpath.state.pattern import lazy

JSON_START: Final = lazy(r"^\s*(?:[\[{]\s*$|[\[{]\s*[\"\[{]|\[\s*\]\s*$|\{\s*\}\s*$)")
_QUOTED: Final = lazy(r'"(?:[^"\\]|\\.)*+"?')


def decoded(text: str) -> Json:
    """Decode JSON, by the fast decoder if it can (it refuses numbers beyond 64 bits)."""
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        # Halves of characters ("\\ud800") are JSON, and no text that could be kept.
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


def opened(line: str) -> int:
    """Return how many more brackets a line of JSON opens than it closes: where none is open any more, the document ends."""
    bare = _QUOTED.sub("", line) if '"' in line else line
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
