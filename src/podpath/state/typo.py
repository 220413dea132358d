"""What a word may be a typo of."""

from collections.abc import Iterable, Sequence
from typing import Final

_MOST: Final = 3
_LEAST_RATIO: Final = 0.5
"""Names of two letters with one of them wrong are alike by half (difflib)."""


def near(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are most like another one, at most three, the most likely first.

    >>> near("flanel", ["flannel", "calico"])
    ['flannel']
    """
    from difflib import get_close_matches

    return get_close_matches(word, list(dict.fromkeys(known)), _MOST, _LEAST_RATIO)


def did_you_mean(suggested: Sequence[str], otherwise: str = "") -> str:
    """Return the half of a message that suggests words, or another half where there is none to suggest.

    >>> did_you_mean(["check", "collect"]), did_you_mean([], "`podpath help` lists them")
    ('did you mean check or collect?', '`podpath help` lists them')
    """
    return f"did you mean {_listed(suggested)}?" if suggested else otherwise


def _listed(words: Sequence[str]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
