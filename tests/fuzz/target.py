"""What a target of fuzzing is: a function that takes any bytes, and inputs to begin with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent
CORPUS = FOLDER / "corpus"
"""Inputs that are kept: a folder for each target."""
WORDS = FOLDER / "words"
"""What the language of a target is made of, in the form of libFuzzer's dictionaries: random bits do not find it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A part of podpath that reads what strangers write.

    Attributes:
        name: its name.
        one: reads one input; what it raises is a fault.
        seeds: more inputs to begin with than those that are kept.
        longest: bytes of an input, at most.
    """

    name: str
    one: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]] = tuple
    longest: int = 4096


def names() -> list[str]:
    """Return the names of all targets: every module in ``targets`` is one."""
    return sorted(path.stem for path in (FOLDER / "targets").glob("*.py"))


def target(name: str) -> Target:
    """Return a target by its name."""
    return cast("Target", import_module(f"tests.fuzz.targets.{name}").TARGET)


def kept(name: str) -> list[Path]:
    """Return the inputs that are kept for a target."""
    return sorted((CORPUS / name).glob("*"))
