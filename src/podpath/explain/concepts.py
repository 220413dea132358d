"""Reads the concept files of this package.

The first line of a file is its title, the second may name other words for it; the rest is the text.
"""

from functools import cache
from typing import NamedTuple

from podpath.explain.pages import folder_of
from podpath.language import LANGUAGES, chosen


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


def concepts() -> tuple[Concept, ...]:
    """Return all concepts by name, in the chosen language."""
    return _concepts(chosen())


@cache
def _concepts(language: str) -> tuple[Concept, ...]:
    found = sorted(folder_of(language).iterdir(), key=lambda item: item.name)
    return tuple(_parse(f.name.removesuffix(".md"), f.read_text("utf-8")) for f in found if f.name.endswith(".md"))


def find(word: str) -> Concept | None:
    """Return the concept of this name, or that has this as another word, in whichever language."""
    named = {other: concept.name for language in LANGUAGES for concept in _concepts(language) for other in concept.also}
    name = named.get(word, word)
    return next((concept for concept in concepts() if name == concept.name), None)
