"""``podpath`` without arguments, and ``podpath help``."""

import argparse
from typing import Final

from podpath.cli.arguments import write
from podpath.language import marked, tr
from podpath.state.typo import did_you_mean, near

WELCOME: Final = marked(
    """\
podpath says why one container cannot reach another.

  podpath check                what is wrong on this host, and what to type
  podpath trace web db:5432    the path of a packet, and what stops it
  podpath map -o map.svg       a picture of containers, bridges and tunnels
  podpath check n1.txt n2.txt  the same for text that somebody pasted;
                               --ssh n1,n2 and --kube read other hosts

podpath help lists all commands, podpath help COMMAND explains one.
"""
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "help", help="all commands, or one: podpath help trace", description="Prints the help of podpath, or of a command."
    )
    parser.add_argument("words", nargs="*", metavar="COMMAND", help="the command")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    parser = options.parser
    for word in options.words:
        known = subcommands(parser)
        if word not in known:
            meant = did_you_mean(near(word, known))
            parser.error(tr("there is no command {word}{meant}", word=word, meant=meant and f"; {meant}"))
        parser = known[word]
    write(parser.format_help())
    return 0


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of a command's own commands, by name."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            return dict(action.choices)
    return {}
