"""A rule of ebtables or arptables: read from a printed line, and asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, Chance, every
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.frames.language import Aim, Language, Word
from podpath.walk.netfilter.interface import Doubt, RuleHit
from podpath.walk.netfilter.path import Coin
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing
from podpath.walk.netfilter.xtables.words import split


class Asked(NamedTuple):
    """A word of a rule.

    Attributes:
        word: what it is.
        value: its value.
        negated: ``!`` stood before it, or before its value.
        text: the words themselves.
    """

    word: Word
    value: Any
    negated: bool
    text: str


@dataclass(frozen=True, slots=True)
class FrameRule:
    """A rule.

    Attributes:
        language: the language that it is written in.
        asked: what it asks.
        target: name of its target; empty for none.
        options: options of the target.
        strange: words that podpath cannot read.
        place: the evidence of it, without what it said.
    """

    language: Language
    asked: tuple[Asked, ...]
    target: str
    options: dict[str, str]
    strange: tuple[str, ...]
    place: RuleHit

    def answer(self, sight: Sight) -> Answer:
        """Say whether a frame matches."""
        return every(*(_asking(one, sight) for one in self.asked), self._read)

    def _read(self) -> Answer:
        return Doubt(tr("what {strange} means is not known", strange=" ".join(self.strange)), "") if self.strange else True

    def turns(self, sight: Sight, fresh: Callable[[], int]) -> list[Turn]:
        """Return what it can make of a frame."""
        answer = self.answer(sight)
        if answer is False:
            return [Turn(None)]
        notes = tuple(f"{one.text}: {one.word.note}" for one in self.asked if one.word.standing is Standing.ASSUMED)
        if answer is True or isinstance(answer, Chance):
            return [self._done(sight)._replace(notes=notes)]
        question = (self.place.text, sight.packet, sight.track)
        coin = Coin(fresh(), question, (0.5, 0.5), self._named(answer))
        return [self._done(sight)._replace(coins=(coin.held(0),), notes=notes), Turn(None, (coin.held(1),))]

    def _done(self, sight: Sight) -> Turn:
        aim = self.language.targets.get(self.target)
        stay = Way(sight.packet, sight.track)
        if aim is not None:
            way = aim.apply(self.options, sight)
            return Turn(way if way.doubt is None else replace(way, doubt=self._named(way.doubt)))
        if self.target in {"", "RETURN"}:
            return Turn(stay, back=self.target == "RETURN")
        return Turn(stay, jump=self.target)

    def _named(self, doubt: Doubt) -> Doubt:
        """Return a doubt that names the rule."""
        place = self.place
        where = tr("rule {number} of {chain} of {program}", number=place.number, chain=place.chain, program=self.language.program)
        return Doubt(
            tr("{reason}, and {where} depends on it: {text}", reason=doubt.reason, where=where, text=place.text), doubt.command
        )

    def hit(self, said: str) -> RuleHit:
        """Return the evidence of it."""
        return self.place._replace(verdict=said)


def _asking(one: Asked, sight: Sight) -> Callable[[], Answer]:
    return lambda: one.word.answer(one.value, sight, negated=one.negated)


def parse(line: str, language: Language, place: RuleHit) -> FrameRule:
    """Read a rule.

    Args:
        line: what the program prints after ``-A CHAIN``.
        language: the program's language.
        place: where it stands.
    """
    rest = split(line)
    asked: list[Asked] = []
    options: dict[str, str] = {}
    strange: list[str] = []
    target = ""
    while rest:
        word = rest.pop(0)
        before = word == "!" and bool(rest)
        if before:
            word = rest.pop(0)
        option = _option(language.targets.get(target), word)
        if word in {"-j", "--jump"} and rest:
            target = rest.pop(0)
        elif option and rest:
            options[option] = rest.pop(0)
        elif word in language.words:
            _take(language.words[word], word, rest, asked, strange, negated=before)
        elif word in {"-c", "--set-counters"}:
            del rest[:2]
        else:
            strange.append(word)
            while rest and not rest[0].startswith("-"):
                strange.append(rest.pop(0))
    return FrameRule(language, tuple(asked), target, options, tuple(strange), place)


def _option(aim: Aim | None, word: str) -> str:
    """Return the first spelling of an option of a target; empty where it is none."""
    return next((spellings[0] for spellings in aim.options if word in spellings), "") if aim is not None else ""


def _take(known: Word, word: str, rest: list[str], asked: list[Asked], strange: list[str], *, negated: bool) -> None:
    """Take the words of a question off the front."""
    if known.takes and rest[:1] == ["!"]:
        negated = True
        del rest[0]
    given = rest[: known.takes]
    del rest[: known.takes]
    text = " ".join((*(["!"] if negated else []), word, *given))
    try:
        asked.append(Asked(known, known.read(*given) if known.takes else None, negated, text))
    except (ValueError, TypeError, KeyError, IndexError):
        strange.append(text)
