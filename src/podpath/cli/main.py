"""``podpath``: arguments in, report out, exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

from podpath import __version__
from podpath.cli import check, collect, completion, diff, explain, lab, sql, veth

_COMMANDS: Final = (check, veth, collect, diff, sql, explain, lab, completion)
USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130

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
    top = parser()
    options = top.parse_args(arguments, argparse.Namespace(parser=top))
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
