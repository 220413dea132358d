"""``--lang``: the language of what people read, and the command line's own help in it."""

import argparse
import os
from collections.abc import Sequence
from functools import partial
from typing import Final

from podpath.language import LANGUAGES, choose, chosen, language_of, preferred, tr
from podpath.language.wrap import columns, wrapped

_OPTION: Final = "--lang"
_FOR_PROGRAMS: Final = frozenset(("csv", "dot", "gv", "json", "junit", "mermaid", "mmd", "sarif", "yaml"))
"""Forms of an output that programs read: they are English in every language."""
_COMMANDS: Final = frozenset(("collect", "completion", "lake", "mcp"))
"""Commands whose output programs read, or that write what others read."""


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``."""
    parser.add_argument(
        _OPTION,
        type=_language,
        metavar="LANG",
        help="language of the output: en, zh (default: that of LANG, LC_MESSAGES or LC_ALL)",
    )


def _language(text: str) -> str:
    found = language_of(text)
    if found is None:
        raise argparse.ArgumentTypeError(tr("there is no {text}; languages are {names}", text=text, names=", ".join(LANGUAGES)))
    return found


def choose_for(words: Sequence[str]) -> list[str]:
    """Choose the language of a command line, for its errors and its help, too; return its words without the option.

    The last option counts. A language that there is not is left for the parser to refuse.
    """
    left, asked = list[str](), preferred(os.environ)
    rest = iter(words)
    for word in rest:
        option, is_joined, text = word.partition("=")
        text = text if is_joined or option != _OPTION else next(rest, "")
        if option != _OPTION or language_of(text) is None:
            left += [word] if option != _OPTION or is_joined else [word, text]
            continue
        asked = language_of(text) or asked
    choose("en" if left[:1] == ["completion"] else asked)
    return left


def choose_by(options: argparse.Namespace) -> None:
    """Choose the language of a command's output: what a program reads, or a lake keeps, is English."""
    if options.command in _COMMANDS or {getattr(options, "format", None), _suffix(options)} & _FOR_PROGRAMS:
        choose("en")


def _suffix(options: argparse.Namespace) -> str:
    return str(getattr(options, "output", None) or "").rpartition(".")[2].lower()


def translate(parser: argparse.ArgumentParser) -> None:
    """Put the help of a command, and of those below it, into the chosen language."""
    if chosen() == "en":
        return
    parser.description, parser.epilog = tr(parser.description or ""), tr(parser.epilog or "")
    parser.formatter_class = partial(_Formatter, raw=parser.formatter_class is argparse.RawDescriptionHelpFormatter)
    for group in parser._action_groups:  # noqa: SLF001 - argparse has no public way to them
        group.title, group.description = tr(group.title or ""), tr(group.description or "")
    for action in parser._actions:  # noqa: SLF001 - as above
        if action.help and action.help != argparse.SUPPRESS:
            action.help = tr(action.help)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for shown in action._choices_actions:  # noqa: SLF001 - as above
                shown.help = tr(shown.help or "")
            for each in set(action.choices.values()):
                translate(each)


class _Formatter(argparse.HelpFormatter):
    """Help whose lines are as wide as the terminal shows them.

    Args:
        prog: the command.
        raw: descriptions keep their lines.
    """

    def __init__(self, prog: str, *, raw: bool) -> None:
        super().__init__(prog)
        self._raw = raw

    def _format_usage(self, usage, actions, groups, prefix) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001 - as argparse
        # argparse counts characters: it gets as many as the words take columns.
        head = tr("usage: ") if prefix is None else prefix
        return super()._format_usage(usage, actions, groups, "\0" * columns(head)).replace("\0" * columns(head), head, 1)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if self._raw:
            return "".join(f"{line}\n" for given in text.splitlines() for line in _raw(f"{indent}{given}", width))
        return "\n".join(wrapped(text, width, indent, indent))


def _raw(line: str, width: int) -> list[str]:
    """Return a line as it is if it fits, otherwise in several with its indentation."""
    before = line[: len(line) - len(line.lstrip())]
    return [line] if columns(line) <= width else wrapped(line, width, before, before)
