"""``kubectl podpath …``: kubectl runs ``kubectl-podpath`` on PATH with the words behind it (kubernetes.io, kubectl plugins)."""

from collections.abc import Sequence
from typing import Final

ASKS: Final = frozenset(("check", "collect", "diff", "explain-policy", "map", "serve", "sql", "trace", "veth"))
"""Commands that read nodes, and read a cluster with ``--kube``."""


def with_cluster(words: Sequence[str]) -> list[str]:
    """Return the words of podpath for those of the plugin: ``--kube`` is given; ``--context`` is what kubectl calls its value.

    Args:
        words: the words behind ``kubectl podpath``.
    """
    made: list[str] = []
    context = ""
    rest = iter(words)
    for word in rest:
        if word == "--context":
            context = next(rest, "")
        elif word.startswith("--context="):
            context = word.partition("=")[2]
        else:
            made.append(word)
    if not made or made[0] not in ASKS or any(word == "--kube" or word.startswith("--kube=") for word in made):
        return made
    return [*made, f"--kube={context}"]
