"""Templates of causes, filled with the facts of a check."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix


def words_of(cause: Cause, facts: Mapping[str, Any]) -> Words:
    """Return the words of a cause for the facts of one finding.

    Raises:
        KeyError: a fact that stands for a phrase is none of those that the cause declares.
    """
    spoken = {name: fill(phrases[facts[name]], facts) for name, phrases in cause.phrases.items() if facts.get(name) is not None}
    facts = {**facts, **spoken}
    summary = next((text for text in (fill(template, facts) for template in cause.summary) if text), tr(cause.title))
    steps = [step for step in (_step(template, facts) for template in cause.fix) if step is not None]
    return Words(cause.name, summary, fill(cause.why, facts) or tr(cause.title), tuple(_led(steps)))


def fill(template: str, facts: Mapping[str, Any]) -> str | None:
    """Fill a text of a cause in the chosen language, or None if a value that it needs is not known."""
    if any(facts.get(field) is None for field in fields(template)):
        return None
    return tr(template).format_map(facts)


def fields(template: str) -> list[str]:
    """Return the names of the facts that a template needs."""
    return [field.partition(".")[0] for _, field, _, _ in Formatter().parse(template) if field]


def _step(template: Fix | str, facts: Mapping[str, Any]) -> Fix | None:
    if isinstance(template, str):
        words = fill(template, facts)
        return Fix(words) if words else None
    words, note = fill(template.words, facts), fill(template.note, facts)
    if words is None or note is None:
        return None
    if template.command is None:
        return template._replace(words=words, note=note) if words else None
    argv: list[str] = []
    for word in template.command.argv:
        if any(facts.get(field) is None for field in fields(word)):
            return None
        argv += _argument(word, facts)
    if any(facts.get(field) is None for field in fields(template.command.node)):
        return None
    node = template.command.node.format_map(facts)
    return template._replace(words=words, command=template.command._replace(argv=tuple(argv), node=node), note=note)


def _argument(word: str, facts: Mapping[str, Any]) -> list[str]:
    """Return what one word of a command's template becomes: no word, one, or several."""
    parts = list(Formatter().parse(word))
    if [form for _, _, form, _ in parts] == ["words"]:
        text = str(facts[parts[0][1] or ""])
        try:
            return shlex.split(text)
        except ValueError:  # a quotation mark without a partner
            return text.split()
    return [filled] if (filled := word.format_map(facts)) else []


def _led(steps: Iterable[Fix]) -> Iterator[Fix]:
    """Yield the steps; the first of them is no alternative to another one."""
    for at, step in enumerate(steps):
        yield step._replace(instead=False) if at == 0 else step
