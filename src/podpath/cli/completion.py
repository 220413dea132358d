"""``podpath completion``: completion for the shell, by shtab."""

import argparse

from podpath.cli.arguments import write


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "completion",
        help="completion for bash, zsh or tcsh",
        description="Prints the completion script of a shell.",
        epilog="For bash: podpath completion bash > ~/.local/share/bash-completion/completions/podpath",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    import shtab

    write(shtab.complete(options.parser, options.shell) + "\n")
    return 0
