"""``podpath``: arguments in, report out, exit code."""

import argparse
import errno
import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from podpath import __version__
from podpath.cli import (
    check,
    collect,
    completion,
    diff,
    drops,
    explain,
    explain_policy,
    lab,
    lake,
    mcp,
    serve,
    sql,
    standard_input,
    trace,
    veth,
)
from podpath.cli import help as help_command
from podpath.cli import map as map_command
from podpath.cli.arguments import write
from podpath.cli.endings import KILLED, Terminated, forget_output, tell, told_by_exceptions, where, within
from podpath.cli.language import add_language, choose_by, choose_for, translate
from podpath.cli.progress import Progress
from podpath.language import tr
from podpath.state.typo import did_you_mean, near

_COMMANDS: Final = (
    check, trace, veth, map_command, serve, collect, drops, diff, sql, lake, explain, explain_policy, lab, mcp, completion,
    help_command,
)  # fmt: skip
_IN_ORDER: Final = frozenset(("drops", "lab", "mcp", "serve"))
"""Commands that have more to clean up than files, or more to say."""
USAGE_ERROR: Final = 2
_TRACEBACK: Final = "PODPATH_TRACEBACK"
_LONGEST: Final = 200
_OUTPUT: Final = frozenset((errno.EBADF, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG))
_OBJECTS: Final = 200_000
"""Number of new objects after which Python collects reference cycles: rows are tuples, and never form one."""

_DESCRIPTION: Final = "Says why one container cannot reach another, from the state of the kernels."
_EPILOG: Final = """\
It reads what people paste: the output of ifconfig, route, ip, bridge, brctl … from one node or many.
  podpath check n1.txt n2.txt n3.txt      which link between the nodes is broken, and what to type
  ssh n1 'ip -d a; ip r' | podpath check -

exit status:
  0    all is well, as far as the question goes       1    something is wrong: a finding, a lost packet, a change
  2    bad usage, or input that cannot be read        3    unknown: something that must be known was not captured
  128+N  ended by signal N: 130 for ^C, 141 if nobody reads the output any more
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        "podpath", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"podpath {__version__}")
    add_language(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    for each in commands.choices.values():
        each.add_argument("-v", "--verbose", action="store_true", help="show on standard error what is done, and when")
        add_language(each)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code.

    Args:
        arguments: the words after ``podpath``; none means the process's own.
    """
    gc.set_threshold(_OBJECTS)
    options = argparse.Namespace()
    try:
        return _run(arguments, options)
    except BrokenPipeError:
        # The reader of our output went away (`podpath … | head`): that is its right.
        forget_output()
        return KILLED + signal.SIGPIPE
    except KeyboardInterrupt as error:
        return KILLED + (error.number if isinstance(error, Terminated) else signal.SIGINT)
    except Exception as error:  # noqa: BLE001 - no fault of podpath ends in the exit status of a finding
        return _told(error, getattr(options, "snapshots", ()))


def _run(arguments: Sequence[str] | None, options: argparse.Namespace) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    words = choose_for(words)
    options.parser = top = parser()
    translate(top)
    if not words:
        write(tr(help_command.WELCOME))
        return 0
    _, later = top.parse_known_args(_command_first(words, help_command.subcommands(top)), options)
    # argparse takes the SNAPSHOTs before the options only; `trace A B --port 80 FILE` has them behind.
    if later and (any(word.startswith("-") for word in later) or not hasattr(options, "snapshots")):
        _refuse(top, options.command, later)
    if later:
        options.snapshots += later
    choose_by(options)
    Progress.verbose = options.verbose
    in_order = options.command in _IN_ORDER
    with told_by_exceptions() if in_order else within(getattr(options, "timeout", None)):
        if standard_input.wanted(options) and standard_input.has_text():
            tell("reading the text on standard input")
            options.snapshots = ["-"]
        code: int = options.run(options)
    sys.stdout.flush()
    return code


def _command_first(words: list[str], commands: Mapping[str, argparse.ArgumentParser]) -> list[str]:
    """Return a command line with the command before its options, wherever it is; refuse a mistyped command.

    Raises:
        UserError: there is no such command.
    """
    from podpath.api.errors import UserError

    if words[0] in {"-h", "--help", "--version"} or words[0] in commands:
        return words
    if not words[0].startswith("-"):
        meant = did_you_mean(near(words[0], commands), tr("podpath help lists all"))
        raise UserError(tr("there is no command {word}; {meant}", word=words[0], meant=meant))
    at = next((at for at, word in enumerate(words) if word in commands), 0)
    return [words[at], *words[:at], *words[at + 1 :]]


def _refuse(top: argparse.ArgumentParser, command: str, later: list[str]) -> NoReturn:
    """Print the arguments that a command does not know, and the option that may have been meant, and exit."""
    parser = help_command.subcommands(top).get(command, top)
    options = [name for action in parser._actions for name in action.option_strings]  # noqa: SLF001 - argparse has no public way
    strange = next((word for word in later if word.startswith("-")), later[0])
    meant = did_you_mean(near(strange.partition("=")[0], options))
    parser.error(f"unrecognized arguments: {' '.join(later)}{meant and f'; {meant}'}")


def _told(error: Exception, sources: Sequence[str]) -> int:
    """Say in a sentence what went wrong; return the exit code.

    Args:
        error: what went wrong.
        sources: the SNAPSHOT arguments.

    Raises:
        Exception: the error itself, where whoever looks for the fault wants its traceback.
    """
    from podpath.api.errors import UserError
    from podpath.cli.ssh import Interrupted

    if isinstance(error, Interrupted):
        return KILLED + error.number
    if isinstance(error, UserError):
        tell(str(error))
    elif isinstance(error, OSError):
        what = f"{error.filename}: " if error.filename else "the output cannot be written: " if error.errno in _OUTPUT else ""
        tell(f"{what}{error.strerror or error}")
        forget_output()
    elif _TRACEBACK in os.environ:
        raise error
    elif type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb"}:
        tell(f"the snapshot is damaged, or too large for this machine: {' '.join(str(error).split())[:_LONGEST]}")
    else:
        said = " ".join(str(error).split())[:_LONGEST]
        fault = f"{where(error, error.__traceback__)}: {said}" if said else where(error, error.__traceback__)
        whose = _stranger(sources)
        what = (
            (f"{whose} contains data that podpath never writes, or this is a bug in podpath")
            if whose
            else "this is a bug in podpath"
        )
        tell(f"{what} ({fault}); please report it with the output of {_TRACEBACK}=1")
    return USAGE_ERROR


def _stranger(sources: Sequence[str]) -> str | None:
    """Return the first argument that is a snapshot file, from any version of podpath."""
    from podpath.collect.files import is_snapshot

    for source in sources:
        with suppress(Exception):
            if is_snapshot(Path(source)):
                return source
    return None
