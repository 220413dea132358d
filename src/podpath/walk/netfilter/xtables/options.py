"""Options of matches and targets: how each is written, read and printed again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from podpath.walk.netfilter.answer import Answer, negate


class Kind(NamedTuple):
    """How the value of an option is written.

    Attributes:
        words: words that follow the option.
        read: the value of the words.
        show: the words of a value, as iptables-save prints them.
        optional: the words may be missing; the value is then none, and nothing is printed.
    """

    words: int
    read: Callable[..., Any]
    show: Callable[[Any], str]
    optional: bool = False


FLAG: Final = Kind(0, lambda: True, lambda _: "")


class Option(NamedTuple):
    """An option.

    Attributes:
        flag: how iptables-save writes it.
        kind: how its value is written.
        aliases: other spellings that iptables takes.
        default: what iptables-save prints where it was not given, as typed, or None if it prints nothing.
    """

    flag: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    default: str | None = None


class Given(NamedTuple):
    """An option of a rule.

    Attributes:
        value: its value.
        negated: ``!`` stood before it.
    """

    value: Any
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one match or target of a rule.

    Attributes:
        given: each option, by the spelling of iptables-save.
        family: 4 or 6.
    """

    given: Mapping[str, Given] = field(default_factory=dict)
    family: int = 4

    def test(self, flag: str, ask: Callable[[Any], Answer]) -> Callable[[], Answer]:
        """Return the question that an option asks; one that is not there is always answered yes."""
        option = self.given.get(flag)
        if option is None:
            return lambda: True
        value, negated = option
        return (lambda: negate(ask(value))) if negated else (lambda: ask(value))

    def value(self, flag: str, instead: Any = None) -> Any:  # noqa: ANN401 - each option has its own type
        """Return the value of an option."""
        option = self.given.get(flag)
        return instead if option is None else option.value

    def negated(self, flag: str) -> bool:
        """Say whether an option is there and negated."""
        option = self.given.get(flag)
        return option is not None and option.negated

    def __contains__(self, flag: str) -> bool:
        return flag in self.given


Complete = Callable[[dict[str, Given], int], dict[str, Given]]


def show(options: tuple[Option, ...], asked: Asked) -> str:
    """Write options in the order in which iptables-save prints them."""
    words: list[str] = []
    ends = ("", *sorted({flag[flag.index("\0") :] for flag in asked.given if "\0" in flag}))
    for end in ends:  # elements of a policy
        for option in options:
            given = asked.given.get(option.flag + end)
            if given is not None:
                words += (["!"] if given.negated else []) + [option.flag]
                words += [option.kind.show(given.value)] if option.kind.words and given.value is not None else []
    return " ".join(words)


@cache
def spelled(options: tuple[Option, ...]) -> dict[str, Option]:
    """Return options by each of their spellings."""
    return {spelling: option for option in options for spelling in (option.flag, *option.aliases)}
