"""A game for people who learn: something is broken, the symptoms are shown, the learner looks around and answers."""

import shlex
import sys
from collections.abc import Callable
from typing import Final

from podpath.lab import show
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.faults.registry import faults
from podpath.lab.matrix import measure

_HELP: Final = """\
Type a place and a command (n1 ip route; p1 ping -c1 10.42.2.18), or
  faults       what it may be          hint    where to look
  answer NAME  your answer             matrix  which pairs work
  solution     give up                 quit    leave; it is mended
"""
_LIMIT: Final = 30


def play(cluster: Cluster, seed: int | None = None, *, unicode: bool = True, read: Callable[[str], str] = input) -> int:
    """Break the lab, let the learner find out what it is, and mend it whatever happens.

    Args:
        cluster: the lab.
        seed: makes the choice repeatable.
        unicode: whether the terminal has signs.
        read: asks for a line.

    Raises:
        LabError: the lab ended, or is broken already.
    """
    if run.broken(cluster):
        raise LabError("this lab is broken already; `podpath lab mend` mends it")
    made = run.at_random(cluster, seed)
    try:
        _say("Something in this lab is broken.\n")
        _matrix(cluster, unicode=unicode)
        _say(_HELP)
        while True:
            try:
                words = shlex.split(read("quiz> "))
            except EOFError:
                return 0
            except ValueError as error:
                _say(f"{error}\n")
                continue
            try:
                if words and not _turn(cluster, made, words, unicode=unicode):
                    return 0
            except (LabError, TimeoutError) as error:
                _say(f"{error}\n")
    finally:
        run.mend(cluster, made.name)


def _turn(cluster: Cluster, made: run.Broken, words: list[str], *, unicode: bool) -> bool:
    """Do what the learner wants; answer whether the game goes on."""
    match words:
        case ["quit"]:
            return False
        case ["solution"]:
            _solve(made)
            return False
        case ["hint"]:
            _say(f"{faults()[made.name].hint or 'compare the nodes with each other'}\n")
        case ["matrix"]:
            _matrix(cluster, unicode=unicode)
        case ["faults"]:
            _say("".join(f"{name:<34} {faults()[name].title}\n" for name, why in run.suitable(cluster).items() if not why))
        case ["answer", name]:
            if name == made.name:
                _say("Yes. ")
                _solve(made)
                return False
            run.named(name)
            _say("No, that is not it.\n")
        case [where, *command] if command:
            _run(cluster, where, command)
        case _:
            _say(_HELP)
    return True


def _run(cluster: Cluster, where: str, command: list[str]) -> None:
    done = cluster.run(where, command, timeout=_LIMIT)
    _say(done.out + done.err)


def _solve(made: run.Broken) -> None:
    _say(f"It is {made.name} in {made.node}: {faults()[made.name].title}.\n")
    _say("".join(f"  {where:<8} {command}\n" for where, command in made.commands))


def _matrix(cluster: Cluster, *, unicode: bool) -> None:
    _say("\n".join(show.matrix(measure(cluster, known=run.symptoms(cluster)), cluster.plan, show.Signs(unicode=unicode))) + "\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
