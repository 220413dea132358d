"""Words of what ``nft list ruleset`` prints, and constants among them (nft(8), libnftables-json(5)).

nft prints one rule on one line, and puts blanks around everything but commas: that is all the grammar that is needed here.
"""

import re
from operator import mul
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.nft.types import Json

_TOKEN: Final = re.compile(r'"([^"]*)"|([{}(),;])|([^\s{}(),;"]+)')
_HEX: Final = re.compile(r"0x[0-9a-fA-F]+$")
_NUMBER: Final = re.compile(r"[0-9]+$")
_ADDRESS: Final = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+|[0-9]+|0x[0-9a-fA-F]+)"
_RANGE: Final = re.compile(rf"({_ADDRESS})-({_ADDRESS})$")
_PREFIX: Final = re.compile(rf"({_ADDRESS})/([0-9]+)$")
_TIME: Final = r"(?=[0-9])(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?"
_TIMES: Final = re.compile(rf"{_TIME}(?:-{_TIME})?$")
_UNITS: Final = (86_400, 3_600, 60, 1)


_SPELLED: Final = {
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=",
    "ge": ">=",
}  # fmt: skip
"""Operators as people write them; old versions of nft printed some of them in this form."""


class UnreadError(ValueError):
    """Words that podpath cannot read."""


class Words:
    """The words of one rule, taken off the front."""

    def __init__(self, text: str) -> None:
        found = ((match[1] if match[1] is not None else match[0], match[1] is not None) for match in _TOKEN.finditer(text))
        self.words = [(word if quoted else _SPELLED.get(word, word), quoted) for word, quoted in found]
        self.at = 0
        variable = next((word for word, quoted in self.words if "$" in word and not quoted), None)
        if variable is not None:
            raise UnreadError(tr('"{variable}" is a variable of a file for nft -f; a listing has none', variable=variable))

    def peek(self, ahead: int = 0) -> str | None:
        """Return a word without taking it, or None for a quoted one and after the end."""
        place = self.at + ahead
        return None if place >= len(self.words) or self.words[place][1] else self.words[place][0]

    def take(self) -> str:
        """Take a word."""
        if self.at >= len(self.words):
            raise UnreadError(tr("it ends too early"))
        self.at += 1
        return self.words[self.at - 1][0]

    def quoted(self) -> bool:
        """Say whether the next word stands in quotes."""
        return self.at < len(self.words) and self.words[self.at][1]

    def skip(self, *words: str) -> bool:
        """Take words if they come next."""
        if all(self.peek(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def split(self, mark: str) -> bool:
        """Take a mark off the front of the next word; what is left of it comes next."""
        word = self.peek()
        if word is None or not word.startswith(mark):
            return False
        if word == mark:
            self.at += 1
        else:
            self.words[self.at] = (word.removeprefix(mark), False)
        return True

    def want(self, word: str) -> None:
        """Take a word that must come next."""
        if not self.skip(word):
            raise UnreadError(tr('"{word}" is missing before "{peek}"', word=word, peek=self.peek()))

    @property
    def over(self) -> bool:
        """Nothing is left."""
        return self.at >= len(self.words)


def scalar(word: str) -> Json:
    """Return a constant as JSON has it: a number, a range, a prefix, seconds, or the word itself."""
    if _NUMBER.match(word):
        return int(word)
    if _HEX.match(word):
        return int(word, 16)
    time = _TIMES.match(word)
    if time is not None:
        first, last = ([int(part or 0) for part in half] for half in (time.groups()[:4], time.groups()[4:]))
        seconds = [sum(map(mul, half, _UNITS)) for half in (first, last)]
        return {"range": seconds} if "-" in word else seconds[0]
    span = _RANGE.match(word)
    if span is not None:
        return {"range": [scalar(span[1]), scalar(span[2])]}
    prefix = _PREFIX.match(word)
    if prefix is not None:
        return {"prefix": {"addr": prefix[1], "len": int(prefix[2])}}
    return word


def constant(words: Words) -> Json:
    """Read one constant: a word, a quoted one, a flag list, a set, a name of a set."""
    if words.peek() == "{":
        return {"set": elements(words)}
    if words.peek() == "(":
        words.take()
        inner = flags(words)
        words.want(")")
        return inner
    return flags(words)


def flags(words: Words) -> Json:
    """Read one word, or several that are joined by commas or bars."""
    first = one(words)
    if words.peek() not in {",", "|"}:
        return first
    found = [first]
    while words.peek() in {",", "|"}:
        words.take()
        found.append(one(words))
    return found


def one(words: Words) -> Json:
    """Read one word; two quoted ones with a dash between are a range."""
    quoted = words.quoted()
    word = words.take()
    if not quoted:
        if word in {"{", "}", "(", ")", ";"}:
            raise UnreadError(tr('"{word}" is where a value should be', word=word))
        return {"exists": True, "missing": False}.get(word, scalar(word))
    return {"range": [word, words.take()]} if words.skip("-") else word


def joined(words: Words) -> Json:
    """Read constants that are joined by dots."""
    parts = [_element_value(words)]
    while words.skip("."):
        parts.append(_element_value(words))
    return parts[0] if len(parts) == 1 else {"concat": parts}


def _element_value(words: Words) -> Json:
    value = one(words)
    if words.peek() == "|":
        found = [value]
        while words.skip("|"):
            found.append(one(words))
        return found
    return value


_OF_ELEMENTS: Final = frozenset(("timeout", "expires", "comment", "counter", "limit", "quota", "last", "ct"))


def elements(words: Words) -> list[Json]:
    """Read the elements of a set or a map."""
    words.want("{")
    found: list[Json] = []
    while not words.skip("}"):
        key = joined(words)
        _options(words)
        found.append([key, _verdict_or_value(words)] if words.skip(":") else key)
        _options(words)
        if words.peek() != "}":
            words.want(",")
    return found


def _options(words: Words) -> None:
    """Leave out what is said of an element: its set says which statements it carries."""
    if words.peek() not in _OF_ELEMENTS:
        return
    while words.quoted() or words.peek() not in {",", "}", ":", None}:
        words.take()


VERDICTS: Final = frozenset(("accept", "drop", "return", "continue"))


def _verdict_or_value(words: Words) -> Json:
    word = words.peek()
    if word in VERDICTS:
        words.take()
        return {str(word): None}
    if word in {"jump", "goto"}:
        words.take()
        return {str(word): {"target": words.take()}}
    return joined(words)
