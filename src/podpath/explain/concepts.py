"""Reads the concept files of this package.

The first line of a file is its title, the second may name other words for it; the rest is the text.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Concept(NamedTuple):
    """A concept.

    Attributes:
        name: its name, that of its file.
        title: one line.
        also: other words for it.
        text: paragraphs; indented lines are commands or drawings.
    """

    name: str
    title: str
    also: tuple[str, ...]
    text: str


def _parse(name: str, content: str) -> Concept:
    head, _, rest = content.partition("\n")
    also: tuple[str, ...] = ()
    if rest.startswith("also: "):
        words, _, rest = rest.partition("\n")
        also = tuple(word.strip() for word in words.removeprefix("also: ").split(","))
    return Concept(name, head.removeprefix("# "), also, rest.strip())


@cache
def concepts() -> tuple[Concept, ...]:
    """Return all concepts by name."""
    found = sorted(files(__package__).iterdir(), key=lambda item: item.name)
    return tuple(_parse(f.name.removesuffix(".md"), f.read_text("utf-8")) for f in found if f.name.endswith(".md"))


def find(word: str) -> Concept | None:
    """Return the concept of this name, or that has this as another word."""
    return next((c for c in concepts() if word in (c.name, *c.also)), None)
