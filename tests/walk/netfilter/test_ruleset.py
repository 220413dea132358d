"""All rules of a namespace."""

from podpath.walk.netfilter import Ruleset, Text


def test_output_without_rules_is_no_ruleset() -> None:
    """A command that printed nothing leaves nothing to evaluate."""
    assert Ruleset.of([Text("iptables-save", "\n")]) == Ruleset()


FILE = Text("ip netns exec r cat /etc/nftables.conf", "table inet t {\n\tchain c {\n\t}\n}\n")


def test_what_nft_loads_is_not_what_the_kernel_has() -> None:
    """A file leaves a doubt, unless a listing stands beside it, which may be empty."""
    (doubt,) = Ruleset.of([FILE]).damaged
    assert "/etc/nftables.conf" in doubt.reason
    assert doubt.command == "nft list ruleset"
    assert Ruleset.of([FILE, Text("ip netns exec r nft list ruleset", "")]) == Ruleset()
    assert len(Ruleset.of([FILE, Text("nft list table inet t", FILE.text)]).damaged) == 1
