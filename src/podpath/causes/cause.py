"""What a cause is.

A check's query yields facts by name, and the templates of :class:`Cause` are filled with them (:mod:`podpath.causes.fill`):
``{dev}`` is the column ``dev``, ``{node}`` the node's name, ``{where}`` the namespace in words (empty for the host's own).
The walk knows what it hands over by type: a function in the cause's file makes :class:`podpath.state.finding.Words` of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from podpath.language import tr
from podpath.state.finding import Confidence, Severity, Words
from podpath.state.fix import Command, Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A declared cause.

    Attributes:
        name: kebab-case, stable: people suppress by it.
        title: what is wrong, in one line.
        explain: what it means, why it breaks traffic, how it comes about and how to look, in plain words.
        severity: how much it hurts.
        confidence: of findings of its check, unless a row says otherwise.
        summary: what was found, as templates; the first that can be filled is used. Empty if the walk writes all its words.
        why: what follows for the traffic, as a template.
        fix: the steps, as templates; one that cannot be filled is left out.
        phrases: for a fact that is one of several words, what stands for it in the other templates, as templates.
        symptom_of: causes whose findings on the same node and device make this one's a symptom.
        no_lab: why no lab can show it; empty where a fault of the lab has its name, or where the walk alone finds it.
        leads_to: causes with which the path of a packet may end, on whichever node, because of this one.
    """

    name: str
    title: str
    explain: str
    severity: Severity = Severity.ERROR
    confidence: Confidence = Confidence.PROVEN
    summary: tuple[str, ...] = ()
    why: str = ""
    fix: tuple[Fix | str, ...] = ()
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    symptom_of: tuple[str, ...] = ()
    leads_to: frozenset[str] = frozenset()
    no_lab: str = ""

    def words(self, summary: str, why: str = "", *fix: Fix | str) -> Words:
        """Return what is reported of it where the walk has come upon it."""
        return Words(self.name, summary, why, tuple(one if isinstance(one, Fix) else Fix(one) for one in fix))


def line(template: str, words: str = "", note: str = "", on: str = "", *, elsewhere: bool = False, instead: bool = False) -> Fix:
    """Return the template of a command: words with blanks between, each filled by itself.

    A word that becomes empty is left out; ``{name:words}`` becomes several, as a shell splits its text.

    Args:
        template: the command.
        words: how it relates to the step before.
        note: a remark behind it.
        on: node to type it on, where that is not the finding's.
        elsewhere: the words say where to type it.
        instead: it is another way than the steps before it.
    """
    return Fix(words, Command(tuple(template.split()), on), note, elsewhere, instead)


def sentence(text: str) -> str:
    """Return a summary as a sentence of its own, to stand behind another cause's."""
    return tr("{text}.", text=f"{text[:1].upper()}{text[1:]}")
