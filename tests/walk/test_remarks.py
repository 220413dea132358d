"""What is worth knowing of a trace although it works."""

from tests.walk.pasted import node, trace, world


def test_both_back_ends_of_iptables_are_told() -> None:
    """Each tool shows its own rules, and the kernel asks both."""
    both = (
        "# iptables-legacy-save -c\n*filter\n:INPUT ACCEPT [0:0]\n[0:0] -A INPUT -i lo -j ACCEPT\nCOMMIT\n"
        "# iptables-nft-save -c\n*filter\n:INPUT ACCEPT [0:0]\n[0:0] -A INPUT -i lo -j ACCEPT\nCOMMIT\n"
    )
    told = trace(world({"n1": node(1), "n2": node(2, both)}), "n1", "n2")
    assert any(remark.startswith("both back ends of iptables have rules on n2") for remark in told.remarks)
    assert not trace(world({"n1": node(1), "n2": node(2)}), "n1", "n2").remarks
