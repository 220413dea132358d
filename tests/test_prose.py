"""Messages, docstrings and pages use plain English and the words of the glossary."""

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]


class Banned(NamedTuple):
    """A pattern that no sentence may contain.

    Attributes:
        pattern: regular expression for it.
        instead: what to write instead.
        example: a sentence with it that podpath or its code once had.
    """

    pattern: str
    instead: str
    example: str


BANNED: Final = (
    Banned(r"; none (where|when|if)\b|\bNone (where|when)\b", "…, or None if …", "Return the route; none where there is none."),
    Banned(r"(?-i:\b(is|are|was|were) told\b)", "gets an error; reports", "The frame is dropped, and nobody is told."),
    Banned(r"\btells nobody\b|\bsays a word\b", "sends no error", "A bridge drops what does not fit, and tells nobody."),
    Banned(r"whom\b", "the noun", "The tunnel does not tell whom its host forwards for."),
    Banned(r"nobody's\b", "no device has …", "The gateway of the containers is nobody's."),
    Banned(r"\bWho (asks|asked|sends|is sent)\b", "client, sender", "Who asks from outside gets no answer."),
    Banned(r"\b(come|comes|came|coming) in by\b", "arrive on", "What comes in by eth0 is dropped."),
    Banned(r"\bwhat (becomes|became) of\b", "what happens to", "then: what becomes of the packet."),
    Banned(r"\bthrown away\b|\bwithout a word\b|\bin silence\b", "dropped; silently", "They are dropped there without a word."),
    Banned(r"\b(keep|keeps|kept) \w*( \w+){0,4} ?apart\b", "isolate", "Two ports of a bridge are kept apart."),
    Banned(r"\bno way (on|out|back)\b", "no route", "Somebody on the way knows no way on."),
    Banned(r"by way of", "through", "No page of a stranger comes by way of DNS."),
    Banned(r"for ever\b", "forever", "The packet would be wrapped for ever."),
    Banned(r"\banew\b", "again; recreate", "Then restart the agent, which makes it anew."),
    Banned(r"\bcommands? that (would tell|tells?)\b", "the command that would show it", "Each with the command that would tell."),
    Banned(r"\bplugged in (where|nowhere)\b", "connected to", "A picture of what is plugged in where."),
    Banned(r"\bstands (before|behind) (it|the)\b", "comes before; is", "A blackhole stands before the route."),
    Banned(r"\bput aside\b", "left out", "A row with its own names put aside."),
    Banned(r"\bas ever\b", "as usual", "The rest is judged as ever."),
    Banned(r"\bin the making\b", "that is being built", "A finding in the making."),
    Banned(r"\bas far as it says\b|\bby (its|their) own word\b", "as it states", "The addresses of a host, by its own word."),
    Banned(r"\bby which line\b|\bin its turn\b", "which line; itself", "It takes it, and asks a container in its turn."),
)
"""Each with none left; a new one belongs here once no text has it."""

PAGES: Final = ("README.md.in", *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").glob("*.md"))))
_CODE: Final = re.compile(r"```.*?```|``[^`]*``|`[^`\n]*`", re.DOTALL)
_JOINT: Final = re.compile(r'"\s*\n\s*f?"|\s*\n(?:\s*# )?\s*')


@cache
def prose() -> tuple[tuple[str, str], ...]:
    """Return each text with its name: sources but those of the readers, pages, and what is not released of the changes."""
    sources = (file for file in sorted((ROOT / "src" / "podpath").rglob("*")) if file.suffix in {".py", ".md"})
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## [Unreleased]")[1].split("\n## [")[0]
    pages = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES} | {"CHANGELOG.md": changes}
    pages["docs/development.md"] = re.sub(r"\n## Words\n.*?\n## ", "\n## ", pages["docs/development.md"], flags=re.DOTALL)
    return (
        *(
            (str(file.relative_to(ROOT)), flat(file.read_text(encoding="utf-8")))
            for file in sources
            if "readers" not in file.parts
        ),
        *((name, flat(_CODE.sub("`…`", text))) for name, text in pages.items()),
    )


def flat(text: str) -> str:
    """Return a text in one line; strings that Python joins are one."""
    return _JOINT.sub(lambda joint: "" if joint[0].startswith('"') else " ", text)


def glossary() -> list[tuple[list[str], str, list[str]]]:
    """Return the rows of the glossary: words, meaning, words that are not used for it."""
    section = (ROOT / "docs" / "development.md").read_text(encoding="utf-8").split("\n## Words\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")][2:]
    return [(words.replace("`", "").split(", "), meaning, other.split(", ") if other else []) for words, meaning, other in rows]


@pytest.mark.parametrize("banned", BANNED, ids=lambda banned: banned.instead)
def test_a_banned_pattern_finds_the_sentence_that_had_it(banned: Banned) -> None:
    """Each would fail on the text that it was made for."""
    assert re.search(banned.pattern, banned.example, re.IGNORECASE)


def test_no_text_has_a_banned_pattern() -> None:
    """A sentence has one subject and one verb, and the usual word for each thing."""
    found = [
        f"{name}: …{text[max(0, hit.start() - 40) : hit.end() + 40]}…: write {banned.instead}"
        for name, text in prose()
        for banned in BANNED
        for hit in re.finditer(banned.pattern, text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_each_word_of_the_glossary_has_one_meaning() -> None:
    """No word is listed twice, no meaning is, and no word is listed as another's wrong name."""
    rows = glossary()
    words = [word for names, _, _ in rows for word in names]
    assert len(words) == len(set(words))
    assert len({meaning for _, meaning, _ in rows}) == len(rows)
    assert not set(words) & {word for _, _, others in rows for word in others}


def test_no_text_uses_a_second_word_for_a_word_of_the_glossary() -> None:
    """The last column of the glossary lists the words that are not used."""
    others = {word: names[0] for names, _, unused in glossary() for word in unused}
    assert others
    found = [
        f"{name}: …{text[max(0, hit.start() - 40) : hit.end() + 40]}…: write {word}"
        for name, text in prose()
        for other, word in others.items()
        if other in text
        for hit in re.finditer(rf"(?<![\w-]){re.escape(other)}(?![\w-])", text)
    ]
    assert not found, "\n".join(found)
