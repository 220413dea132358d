"""Writes the manual pages, made from the parser of the command line: one for podpath, one for each command.

    python tools/write_man.py FOLDER

argparse-manpage fills examples like prose, and writes all commands into one page; so these lines are ours. man(7) and
man-pages(7) say how a page is written.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from podpath import __version__
from podpath.cli.help import subcommands
from podpath.cli.main import parser

_GROUPS = {"positional arguments": "arguments"}


def escaped(text: str) -> str:
    """Return text in which troff sees no command: a hyphen stays one that can be copied."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga").replace("~", r"\(ti")
    return re.sub(r"^\.", r"\\&.", text.replace("^", r"\(ha"), flags=re.MULTILINE)


def _section(title: str) -> str:
    return f'.SH "{escaped(title.upper())}"'


def _entry(name: str, text: str | None) -> Iterator[str]:
    yield ".TP"
    yield f"\\fB{escaped(name)}\\fR"
    yield escaped(text or "")


def _verbatim(text: str) -> Iterator[str]:
    yield from (".nf", escaped(text.strip("\n")), ".fi")


def _synopsis(command: argparse.ArgumentParser) -> Iterator[str]:
    usage = " ".join(command.format_usage().split()).removeprefix(f"usage: {command.prog}")
    yield f".B {escaped(command.prog)}"
    yield escaped(usage.strip())


def _options(command: argparse.ArgumentParser, section: str) -> Iterator[str]:
    """Yield the arguments of a command below their groups' titles."""
    formatter = command._get_formatter()
    for group in command._action_groups:
        shown = [
            action for action in group._group_actions
            if action.help != argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction)
        ]  # fmt: skip
        if shown:
            title = group.title or "options"
            yield f'{section} "{escaped(_GROUPS.get(title, title).upper())}"'
        for action in shown:
            told = formatter._expand_help(action) if action.help else ""
            yield from _entry(formatter._format_action_invocation(action), told)


def _commands(command: argparse.ArgumentParser, *, apart: bool) -> Iterator[str]:
    """Yield a list of the commands that have pages of their own, or their descriptions."""
    for action in command._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        yield _section("commands")
        for choice in action._choices_actions:
            one = action.choices[choice.dest.partition(" ")[0]]
            if apart:
                yield from _entry(f"{one.prog}", choice.help)
                continue
            yield f'.SS "{escaped(one.prog)}"'
            yield from _synopsis(one)
            yield ".PP"
            yield escaped(one.description or "")
            yield ".RS"
            yield from (line for line in _options(one, ".PP\n.I"))
            yield ".RE"


def _ends(command: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the text below the options: examples, exit status and notes."""
    raw = command.formatter_class is argparse.RawDescriptionHelpFormatter
    for part in (command.epilog or "").strip().split("\n\n"):
        status, _, text = part.partition(":")
        if status.lower() == "exit status":
            yield _section("exit status")
        elif part:
            yield _section("examples" if "podpath " in part else "notes")
            text = part
        if part:
            yield from _verbatim(text) if raw else [escaped(text.strip())]


def page(command: argparse.ArgumentParser, words: str, others: list[str], *, top: bool) -> str:
    """Return the manual page of a command.

    Args:
        command: its parser.
        words: what it does, in a few words.
        others: names of pages to see, too.
        top: its commands have pages of their own.
    """
    name = command.prog.replace(" ", "-")
    when = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", datetime.now(UTC).timestamp())), UTC)
    lines = [
        f'.TH "{escaped(name.upper())}" 1 {when:%Y\\-%m\\-%d} "podpath {__version__}" "User Commands"',
        ".nh",
        ".ad l",
        _section("name"),
        f"{escaped(name)} \\- {escaped(words)}",
        _section("synopsis"),
        *_synopsis(command),
        _section("description"),
        escaped(command.description or ""),
        *_commands(command, apart=top),
        *_options(command, ".SH"),
        *_ends(command),
        _section("see also"),
        ",\n".join(f".BR {escaped(other)} (1)" for other in others).replace("(1),", "(1) ,"),
    ]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return every manual page by the name of its file."""
    top = parser()
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            words = {choice.dest: choice.help or "" for choice in action._choices_actions}
    commands = {name: command for name, command in subcommands(top).items() if name in words}
    names = [command.prog.replace(" ", "-") for command in commands.values()]
    made = {"podpath.1": page(top, "says why one container cannot reach another", names, top=True)}
    for name, command in commands.items():
        made[f"podpath-{name}.1"] = page(command, words[name], ["podpath"], top=False)
    return made


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
