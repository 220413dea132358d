"""Rules that were not read leave a way open, by name."""

from podpath.state.trace import Verdict
from tests.walk.pasted import SETTINGS, node, trace, world

RULES = """# iptables-save -c
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
"""


def test_rules_that_nobody_saw_make_the_way_unknown() -> None:
    """Silence of the evidence is not health; a person may say that there are none."""
    silent = node(2).replace("# iptables-save -c\n# nft list ruleset\n", "")
    told = trace(world({"n1": node(1), "n2": silent}), "n1", "n2")
    assert told.verdict is Verdict.UNKNOWN
    assert any("nft list ruleset" in unknown.command for unknown in told.unknowns)
    told = trace(world({"n1": node(1), "n2": silent}, assume=["no-netfilter"]), "n1", "n2")
    assert (told.verdict, told.assumed) == (Verdict.DELIVERED, ("no-netfilter",))
    assert SETTINGS in node(1)
