"""A declared cause, and what is reported of it."""

from podpath.causes.cause import Cause, line, sentence
from podpath.state.fix import do, say

MADE = Cause(name="x-y", title="A thing is wrong", explain="Look.")


def test_the_walk_gets_words_with_the_causes_name() -> None:
    """A sentence and a command are both steps."""
    words = MADE.words("eth0 is down", "Nothing passes.", do("ip", "link"), "or wait")
    assert (words.cause, words.summary, words.why) == ("x-y", "eth0 is down", "Nothing passes.")
    assert words.fix == (do("ip", "link"), say("or wait"))


def test_a_template_is_split_into_words() -> None:
    """Each is filled by itself; a command of another node names it."""
    step = line("ip link set {dev} up", words="or", on="{peer}")
    assert step.command is not None
    assert (step.command.argv, step.command.node, step.words) == (("ip", "link", "set", "{dev}", "up"), "{peer}", "or")


def test_a_summary_can_stand_behind_another() -> None:
    """As a sentence of its own."""
    assert sentence("eth0 is down") == "Eth0 is down."
