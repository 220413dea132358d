"""``podpath``: arguments in, report out, exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

from podpath import __version__
from podpath.cli import check, collect, completion, diff, explain, lab, serve, sql, trace, veth
from podpath.cli import map as map_command

_COMMANDS: Final = (check, trace, veth, map_command, serve, collect, diff, sql, explain, lab, completion)
USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130
_OBJECTS: Final = 200_000
"""New objects after which Python looks for garbage that names itself: rows are tuples, and never do."""

_DESCRIPTION: Final = "Says why one container cannot reach another, from the state that the kernels hold."
_EPILOG: Final = """\
Give it what people paste: the output of ifconfig, route, ip, bridge, brctl … of one node or many.
  podpath check n1.txt n2.txt n3.txt      which link between the nodes is broken, and what to type
  ssh n1 'ip -d a; ip r' | podpath check -
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        "podpath", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"podpath {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code.

    Args:
        arguments: the words after ``podpath``; none means the process's own.
    """
    gc.set_threshold(_OBJECTS)
    top = parser()
    options, later = top.parse_known_args(arguments, argparse.Namespace(parser=top))
    # argparse takes the SNAPSHOTs before the options only; `trace A B --port 80 FILE` has them behind.
    if later and (any(word.startswith("-") for word in later) or not hasattr(options, "snapshots")):
        top.error(f"unrecognized arguments: {' '.join(later)}")
    if later:
        options.snapshots += later
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away (`podpath … | head`): that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        from podpath.cli.errors import UserError
        from podpath.cli.ssh import Interrupted

        if isinstance(error, Interrupted):
            return _INTERRUPTED
        if not isinstance(error, UserError):
            raise
        sys.stderr.write(f"podpath: {error}\n")
        return USAGE_ERROR
    return code
