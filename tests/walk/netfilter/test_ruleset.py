"""All rules of a namespace."""

from podpath.walk.netfilter import Ruleset, Text


def test_output_without_rules_is_no_ruleset() -> None:
    """A command that printed nothing leaves nothing to evaluate."""
    assert Ruleset.of([Text("iptables-save", "\n")]) == Ruleset()
