"""Writes the catalogs of messages in other languages: new messages are added, what is no longer said is left out.

``python tools/write_catalog.py`` brings ``podpath.po`` of each language up to date and makes its ``podpath.mo``. Messages are
found in the code: what ``tr`` and ``plural`` are called with, the strings inside ``marked``, the texts that causes declare, and
the help of the command line. A message without a translation stays empty, and a test fails until it has one.
"""

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from podpath.causes.registry import causes
from podpath.cli.main import parser
from podpath.language import LANGUAGES

HEAD = """\
# Messages of podpath: written by tools/write_catalog.py, translated by hand.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
SOURCE = Path(__file__).resolve().parent.parent / "src" / "podpath"


class Plain(Catalog):
    """A catalog whose header says neither a date nor a version: equal messages are equal bytes."""

    @property  # type: ignore[misc]
    def mime_headers(self) -> list[tuple[str, str]]:
        """The least that gettext(3) needs."""
        return [("Language", str(self.locale)), ("Content-Type", "text/plain; charset=utf-8")]


def messages() -> dict[str, set[str]]:
    """Return the English messages, each with the places that say it, as paths below the package."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for message in _said(node, node.func.id):
                    found.setdefault(message, set()).add(place)
    for name, cause in causes().items():
        steps = [(step,) if isinstance(step, str) else (step.words, step.note) for step in cause.fix]
        phrases = [text for texts in cause.phrases.values() for text in texts.values()]
        for message in (
            cause.title,
            cause.explain,
            *cause.summary,
            cause.why,
            *phrases,
            *(text for step in steps for text in step),
        ):
            found.setdefault(message, set()).add(f"cause {name}")
    for message in _help(parser()):
        found.setdefault(message, set()).add("help")
    found.pop("", None)
    return found


def _said(call: ast.Call, function: str) -> Iterator[str]:
    """Yield the messages of one call of a function of ``podpath.language``, or of ``plural``."""
    if function == "tr" and call.args and isinstance(call.args[0], ast.JoinedStr):
        raise ValueError(f"line {call.lineno}: a message must be a literal")
    words = [node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    match function:
        case "tr":
            yield from (str(each.value) for each in _literals(call.args[0]))
        case "marked":
            strings = (each for each in ast.walk(call) if isinstance(each, ast.Constant) and isinstance(each.value, str))
            yield from (str(each.value) for each in strings if not _is_key(call, each))
        case "plural" if words:
            yield from (f"{{count}} {words[0]}", f"{{count}} {words[1] if len(words) > 1 else words[0] + 's'}")
        case _:
            return


def _literals(node: ast.expr) -> Iterator[ast.Constant]:
    """Yield the literals that an argument may be: one, or those of both ways of a condition."""
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant):
        yield node


def _is_key(call: ast.Call, node: ast.Constant) -> bool:
    """Say whether a string is the key of a table, which nobody reads."""
    return any(isinstance(table, ast.Dict) and node in table.keys for table in ast.walk(call))


def _help(command: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the texts of a command's help, and of those below it."""
    yield from (text for text in (command.description, command.epilog) if text)
    for group in command._action_groups:
        yield from (text for text in (group.title, group.description) if text)
    for action in command._actions:
        if action.help and action.help != argparse.SUPPRESS:
            yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (str(each.help) for each in action._choices_actions if each.help)
            for each in action.choices.values():
                yield from _help(each)


def catalog(language: str, known: Catalog | None) -> Plain:
    """Return the messages in a language, with the translations that a catalog has."""
    new = Plain(language, charset="utf-8", fuzzy=False)
    for message, places in sorted(messages().items(), key=lambda item: (min(item[1]), item[0])):
        old = known.get(message) if known is not None else None
        new.add(message, old.string if old is not None else "", auto_comments=sorted(places))
    return new


def compiled(of: Plain) -> bytes:
    """Return a catalog as gettext(3) reads it."""
    written = io.BytesIO()
    write_mo(written, of)
    return written.getvalue()


def written(of: Plain) -> bytes:
    """Return a catalog as translators edit it."""
    text = io.BytesIO()
    write_po(text, of, width=0, omit_header=True)
    return HEAD.format(language=of.locale).encode() + text.getvalue()


def main() -> None:
    """Write all catalogs."""
    for language in LANGUAGES[1:]:
        path = SOURCE / "language" / language / "LC_MESSAGES" / "podpath.po"
        known = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else None
        new = catalog(language, known)
        path.write_bytes(written(new))
        path.with_suffix(".mo").write_bytes(compiled(new))
        missing = sum(1 for each in new if each.id and not each.string)
        sys.stdout.write(f"{language}: {missing} of {len(new)} messages lack a translation\n")


if __name__ == "__main__":
    main()
