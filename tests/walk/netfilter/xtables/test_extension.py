"""What matches and targets say of themselves."""

from podpath.walk.netfilter.xtables.extension import Match, Standing, Target
from podpath.walk.netfilter.xtables.registry import matches, targets


def test_options_are_told_apart_by_their_spelling() -> None:
    """No extension has two options of one spelling."""
    extensions: list[Match | Target] = [*matches().values(), *targets().values()]
    for extension in extensions:
        spellings = [word for option in extension.options for word in (option.flag, *option.aliases)]
        assert len(spellings) == len(set(spellings)), extension.name


def test_what_is_assumed_says_what() -> None:
    """An answer that rests on an assumption comes with a note that says so."""
    assert all(match.note for match in matches().values() if match.standing is Standing.ASSUMED)
