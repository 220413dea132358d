"""Programs whose rules in one table are gone while those in another are there."""

import pytest

from podpath.state.fix import do
from podpath.walk.diagnosis.roots.programs import wiped
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

FILTER = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n-A FORWARD -j DOCKER\nCOMMIT\n"
NAT = "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -j DOCKER\nCOMMIT\n"
FLUSHED = "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\nCOMMIT\n"
NOTHING = "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"
FLANNEL = "*filter\n:FORWARD ACCEPT [0:0]\n:FLANNEL-FWD - [0:0]\n-A FORWARD -j FLANNEL-FWD\nCOMMIT\n"


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (FILTER, ("Docker",)),
        (FILTER + NAT, None),
        (FILTER + FLUSHED, ("Docker",)),
        (NAT, None),
        (FLANNEL + NAT, ("flannel",)),
        (NOTHING, None),
    ],
)
def test_a_table_that_was_flushed_is_noticed(rules: str, names: tuple[str, ...] | None) -> None:
    """A program that has chains in filter has some in nat, too."""
    shown = world({"n1": node(1, "# iptables-save\n" + rules)})
    (ns,) = shown.hosts()
    found = wiped(Walker(shown), ns, 4)
    assert (found.names if found is not None else None) == names
    if found is not None:
        assert found.cause(ns, "it is so", "Therefore.", do("x")).words.fix[-1].text == "until then: x"
