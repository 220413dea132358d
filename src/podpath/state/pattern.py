"""Regular expressions that are compiled when they are first used: most runs use few of those that a module declares."""

import re
from typing import Any, Final, cast

_COMPILED: Final = (
    "findall", "finditer", "flags", "fullmatch", "groupindex", "groups", "match", "search", "split", "sub", "subn",
)  # fmt: skip


class LazyPattern:
    """A regular expression that looks like :class:`re.Pattern`.

    Args:
        text: the expression.
        flags: its flags.

    Attributes:
        pattern: the expression.
    """

    def __init__(self, text: str, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def compiled(self) -> re.Pattern[str]:
        """Return the expression, compiled.

        Raises:
            re.error: it is none.
        """
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what re.Pattern has
        if name not in _COMPILED:
            raise AttributeError(name)
        made = self.compiled()
        # From now on the methods are found at once, without asking here.
        self.__dict__.update((each, getattr(made, each)) for each in _COMPILED)
        return self.__dict__[name]


def lazy(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that is compiled when it is first used."""
    return cast("re.Pattern[str]", LazyPattern(text, flags))
