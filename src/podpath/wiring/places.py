"""Where a thing is, in words, and how a command is run there."""

import re
import shlex
from collections.abc import Sequence
from typing import Final

from podpath.language import tr
from podpath.snapshot.store import Store


def in_words(label: str, node: str) -> str:
    """Return where something is, to stand behind it: ``on n1``, ``in pod shop/web on n1``.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
        node: name of the node.
    """
    kind, _, name = label.partition(":")
    return tr("in {kind} {name} on {node}", kind=kind, name=name, node=node) if label else tr("on {node}", node=node)


def prefix_words(label: str) -> tuple[str, ...]:
    """Return the words that a command is preceded by to run in a namespace.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
    """
    kind, _, name = label.partition(":")
    match kind:
        case "netns":
            return ("ip", "netns", "exec", name)
        case "pid":
            return ("nsenter", "-t", name, "-n")
        case "container":
            return ("docker", "exec", name)
        case "pod" if "/" in name:  # else it is known by its address alone
            namespace, _, pod = name.partition("/")
            return ("kubectl", "exec", "-n", namespace, pod, "--")
        case _:
            return ()


def entrance(store: Store, ns: int, label: str) -> str:
    """Return what a command is preceded by to change a namespace, as a shell must be given it; empty for the host's own.

    A container's image seldom has `ip`, and its processes may not change its network: the host's programs are run in its
    namespace, which its engine tells by the container's name.

    Args:
        store: the snapshot.
        ns: number of the namespace.
        label: the namespace as ``kind:name``.
    """
    kind, _, name = label.partition(":")
    if kind != "container":
        return shlex.join(prefix_words(label))
    told = store.raw(
        "SELECT c.runtime FROM netns n JOIN netns h ON h.node = n.node AND h.kind = 'host' JOIN container c ON c.ns = h.ns"
        " WHERE n.ns = ? AND c.name = ? AND c.runtime IS NOT NULL LIMIT 1", [ns, name],
    )  # fmt: skip
    runtime = told[0][0] if told else "docker"
    if runtime not in _INSPECTING:
        return shlex.join(prefix_words(label))
    return f"""nsenter -t "$({runtime} inspect -f '{{{{.State.Pid}}}}' {shlex.quote(name)})" -n"""


_INSPECTING: Final = frozenset(("docker", "nerdctl", "podman"))
"""Engines whose command line prints a container's process."""
_INSPECTED: Final = re.compile(r"\$\(\w+ inspect -f \S+ (.+)\)")


def entered(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the name of the namespace that a command enters, and the command without its prefix.

    Args:
        words: the command; ``ip -n NAME`` counts as a prefix, too.
    """
    match list(words):
        case ["ip", "netns", "exec", name, *rest]:
            return name, rest
        case ["ip", "-n" | "-netns", name, *rest]:
            return name, ["ip", *rest]
        case ["nsenter", "-t", name, "-n", *rest] if (told := _INSPECTED.fullmatch(name)) is not None:
            return shlex.split(told[1])[0], rest
        case ["nsenter", "-t", name, "-n", *rest] | ["docker" | "podman" | "nerdctl", "exec", name, *rest]:
            return name, rest
        case ["kubectl", "exec", "-n", namespace, pod, "--", *rest]:
            return f"{namespace}/{pod}", rest
        case rest:
            return "", rest


def prefix(label: str) -> str:
    """Return those words as a shell must be given them, with a blank behind them.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
    """
    words = prefix_words(label)
    return f"{shlex.join(words)} " if words else ""


def run_in(label: str, command: str) -> str:
    """Return commands as they must be typed to run in a namespace: each of them has the prefix.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
        command: one command, or several with ``; `` between.
    """
    before = prefix(label)
    return "; ".join(f"{before}{one}" for one in command.split("; ")) if before else command
