"""Options of matches."""

from podpath.walk.netfilter.xtables.kinds import NUMBER
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Option, show

OPTIONS = (Option("--one", NUMBER, ("--uno",)), Option("--flag", FLAG))


def test_options_are_printed_in_the_order_of_their_extension() -> None:
    """However they were typed."""
    asked = Asked({"--flag": Given(value=True, negated=True), "--one": Given(1)})
    assert show(OPTIONS, asked) == "--one 1 ! --flag"


def test_an_option_that_is_not_there_asks_nothing() -> None:
    """It is answered yes; one that is negated is answered the other way round."""
    asked = Asked({"--one": Given(1, negated=True)})
    assert asked.test("--flag", lambda _: False)() is True
    assert asked.test("--one", lambda value: value == 1)() is False
