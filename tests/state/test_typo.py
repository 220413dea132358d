"""Suggestions for words that nobody knows."""

from podpath.state.typo import did_you_mean, near


def test_what_is_hardly_alike_is_not_suggested() -> None:
    """A suggestion that nobody meant costs a minute."""
    assert near("trcae", ["trace", "veth", "map"]) == ["trace"]
    assert near("xyzzy", ["trace", "veth", "map"]) == []
    assert near("dv", ["db", "web"]) == ["db"], "of two letters one may be wrong"


def test_at_most_three_words_are_suggested_each_once() -> None:
    """The most likely first."""
    assert near("web-1", ["web-2", "web-1x", "web-1x", "web-3", "web-4"])[0] == "web-1x"
    assert len(near("web-1", [f"web-{number}" for number in range(2, 9)])) == 3


def test_several_suggestions_are_one_sentence() -> None:
    """As people list alternatives."""
    assert did_you_mean(["a"]) == "did you mean a?"
    assert did_you_mean(["a", "b", "c"]) == "did you mean a, b or c?"
    assert did_you_mean([], "known are x, y") == "known are x, y"
