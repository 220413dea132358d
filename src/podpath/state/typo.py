"""What a word may be a typo of."""

from collections.abc import Iterable, Sequence
from typing import Final

from podpath.language import tr

_MOST: Final = 3
_SHORT: Final = 3
_LEAST_RATIO, _LEAST_OF_SHORT = 0.6, 0.5
"""Half of the letters alike suggests words that nobody meant, but of two letters one may be wrong (difflib)."""


def near(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are most like another one, at most three, the most likely first.

    >>> near("flanel", ["flannel", "calico"])
    ['flannel']
    """
    from difflib import get_close_matches

    ratio = _LEAST_OF_SHORT if len(word) <= _SHORT else _LEAST_RATIO
    return get_close_matches(word, list(dict.fromkeys(known)), _MOST, ratio)


def did_you_mean(suggested: Sequence[str], otherwise: str = "") -> str:
    """Return the half of a message that suggests words, or another half where there is none to suggest.

    >>> did_you_mean(["check", "collect"]), did_you_mean([], "`podpath help` lists them")
    ('did you mean check or collect?', '`podpath help` lists them')
    """
    return tr("did you mean {suggested}?", suggested=_listed(suggested)) if suggested else otherwise


def _listed(words: Sequence[str]) -> str:
    return tr(" or ").join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
