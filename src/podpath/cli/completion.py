"""``podpath completion``: completion for the shell, by shtab."""

import argparse
from collections.abc import Callable, Iterator
from typing import Final

from podpath.cli.arguments import write


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "completion",
        help="completion for bash, zsh, fish or tcsh",
        description="Prints the completion script of a shell.",
        epilog=(
            "For bash: podpath completion bash > ~/.local/share/bash-completion/completions/podpath. "
            "For fish: podpath completion fish > ~/.config/fish/completions/podpath.fish. "
            "For zsh: podpath completion zsh > FOLDER/_podpath, FOLDER being one of $fpath."
        ),
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    import shtab

    for action in _actions(options.parser):
        kind = getattr(action, "names", None)
        if kind is not None:
            action.complete = _pattern(kind, _KINDS[kind]())  # type: ignore[attr-defined]
    write(shtab.complete(options.parser, options.shell) + "\n")
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its commands."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to them
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                yield from _actions(command)


def _pattern(kind: str, names: list[str]) -> dict[str, object]:
    """Return the code that offers names in each shell; no name needs quotes."""
    words = " ".join(names)
    function = f"_podpath_{kind}"
    return {
        "bash": function,
        "zsh": f"({words})",
        "fish": words,
        "preamble": {"bash": f'{function}() {{ compgen -W "{words}" -- "$1"; }}'},
    }


def _checks() -> list[str]:
    from podpath.checks.engine.registry import checks

    return sorted(checks())


def _explained() -> list[str]:
    from podpath.causes.registry import names
    from podpath.explain.concepts import concepts
    from podpath.explain.drop_reasons import drop_reasons

    return sorted({*names(), *(concept.name for concept in concepts()), *drop_reasons()})


def _faults() -> list[str]:
    from podpath.lab.faults.registry import faults

    return sorted(faults())


def _topologies() -> list[str]:
    from podpath.lab.load import topologies

    return sorted(topologies())


_KINDS: Final[dict[str, Callable[[], list[str]]]] = {
    "checks": _checks,
    "explained": _explained,
    "faults": _faults,
    "topologies": _topologies,
}
"""What arguments name: the words of `names_of` (arguments.py)."""
