"""``kubectl podpath …`` completed: kubectl runs ``kubectl_complete-podpath`` with the words so far (kubernetes.io, plugins).

It prints one candidate a line, and last what the shell is to do with them (Cobra's directives). One question to the API server
answers one key: namespaces and kinds first, then the names in them, then the ports of a service.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.cli.plugin import ASKS

_RESOURCES: Final = {
    "svc": "services", "deploy": "deployments", "sts": "statefulsets", "ds": "daemonsets", "node": "nodes",
}  # fmt: skip
"""What a name may begin with, each with its objects."""
_ENDS: Final = {"trace": 2, "explain-policy": 1}
"""Commands whose first words are pods, services or nodes, with the number of these words."""
_NO_FILES: Final = ":4"
_NO_SPACE_NO_FILES: Final = ":6"
_SECONDS: Final = 5.0


def main(words: Sequence[str]) -> int:
    """Print the candidates for the last of some words, and what the shell is to do with them.

    Args:
        words: the words behind ``kubectl podpath``; the last is what is typed so far.
    """
    found = sorted({one for one in candidates(words) if one.startswith(words[-1] if words else "")})
    more = any(one.endswith("/") for one in found)
    sys.stdout.write("".join(f"{one}\n" for one in found) + (_NO_SPACE_NO_FILES if more else _NO_FILES) + "\n")
    return 0


def candidates(words: Sequence[str]) -> Iterator[str]:
    """Yield what the last of some words may become; names that do not begin with it may be among them."""
    *before, typed = words or [""]
    if not before:
        yield from sorted(ASKS)
        return
    command, context = before[0], _context(before)
    if typed.startswith("-"):
        yield from (name for option in _options(command) for name in option.option_strings if name.startswith("--"))
    elif command in _ENDS and len(_positional(command, before[1:])) < _ENDS[command]:
        yield from _names(typed, context, services=command == "trace")


def _context(words: Sequence[str]) -> str | None:
    """Return the context that the words name, or None for the current one."""
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in {"--context", "--kube"} and sign:
            return value or None
        if word == "--context" and at + 1 < len(words):
            return words[at + 1]
    return None


def _positional(command: str, words: Sequence[str]) -> list[str]:
    """Return the words that are no options; what stands behind an option may be its value."""
    valued = {"--context"} | {name for option in _options(command) if option.nargs != 0 for name in option.option_strings}
    return [word for at, word in enumerate(words) if not word.startswith("-") and (not at or words[at - 1] not in valued)]


def _options(command: str) -> list[argparse.Action]:
    """Return the options of a command."""
    from podpath.cli.main import parser

    for action in parser()._actions:  # noqa: SLF001 - argparse has no public way to them
        if isinstance(action, argparse._SubParsersAction) and command in action.choices:  # noqa: SLF001 - as above
            return [option for option in action.choices[command]._actions if option.option_strings]  # noqa: SLF001 - as above
    return []


def _names(typed: str, context: str | None, *, services: bool) -> Iterator[str]:
    """Yield names: kinds and namespaces as long as there is no slash, then what is in them."""
    first, slash, rest = typed.partition("/")
    if not slash:
        yield from (f"{kind}/" for kind in _RESOURCES if services or kind not in {"svc", "node"})
        yield from (f"{name}/" for _, name in _listed(context, "namespaces"))
    elif first in _RESOURCES:
        name, colon, _ = rest.partition(":")
        if colon and first == "svc":
            yield from (f"svc/{name}:{port}" for port in _ports(context, name))
            return
        known = _listed(context, _RESOURCES[first], "-A")
        yield from (f"{first}/{space}/{own}" if space else f"{first}/{own}" for space, own in known)
    else:
        kind, inner, _ = rest.partition("/")
        if inner and kind in _RESOURCES:
            yield from (f"{first}/{kind}/{own}" for _, own in _listed(context, _RESOURCES[kind], "-n", first))
        else:
            yield from (f"{first}/{own}" for _, own in _listed(context, "pods", "-n", first))
            yield from (f"{first}/{each}/" for each in _RESOURCES if each != "node")


def _listed(context: str | None, resource: str, *where: str) -> Iterator[tuple[str, str]]:
    """Yield the objects of a kind: their namespaces, and their names."""
    columns = "custom-columns=A:.metadata.namespace,B:.metadata.name"
    for line in _said(context, "get", resource, *where, "--no-headers", "-o", columns):
        words = line.split()
        if len(words) == 2:  # noqa: PLR2004 - the columns that were asked for
            yield "" if words[0] == "<none>" else words[0], words[1]


def _ports(context: str | None, name: str) -> list[str]:
    """Return the ports of a service by their names and numbers."""
    space, _, own = name.partition("/")
    if not own:
        return []
    path = r'jsonpath={range .spec.ports[*]}{.name}{"\n"}{.port}{"\n"}{end}'
    return [line for line in _said(context, "-n", space, "get", "service", own, "-o", path) if line]


def _said(context: str | None, *words: str) -> list[str]:
    """Return the lines that kubectl prints, or an empty list if it fails: completion never complains."""
    from podpath.collect.kube.kubectl import Kubectl
    from podpath.snapshot.leftovers import folder

    with folder() as here:
        file = here / "said"
        try:
            failed = Kubectl(context, _SECONDS).run([*words, f"--request-timeout={int(_SECONDS)}s"], file)
        except FileNotFoundError:
            return []
        return [] if failed is not None else file.read_text(errors="replace").splitlines()
