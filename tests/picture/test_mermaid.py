"""The map as a flowchart of Mermaid."""

import re

import pytest

from podpath.picture.mermaid import plain, render
from podpath.picture.model import Map
from tests.picture.maps import HOSTILE, hosts, named, sample

MAPS = {"sample": sample("broken-tunnel"), "hostile": named(HOSTILE, HOSTILE[0]), "many": hosts(30, 3)}
_LINE = re.compile(
    r"flowchart LR|  end|  subgraph n\d+\[\"[^\"]*\"\]|  (  )?[ns]\d+(b\d+)?\[\"[^\"]*\"\]"
    r"|  n\d+b\d+ (---|===|--x|-\.-) [ns]\d+(b\d+)?|  classDef \w+ [\w:#,\- ]+|  class [\w,]+ \w+"
)


@pytest.mark.parametrize("graph", MAPS.values(), ids=MAPS)
def test_every_line_is_one_of_a_flowchart(graph: Map) -> None:
    """Whatever the names are: no quote, bracket or tag of theirs is left."""
    assert [line for line in render(graph).splitlines() if not _LINE.fullmatch(line)] == []
    assert re.sub(r"<br/>", "", render(graph)).count("<") == 0


def test_letters_that_mean_something_become_entities() -> None:
    """Addresses and names stay legible."""
    assert plain('10.0.0.1/24 web-1 "x"') == "10.0.0.1/24 web-1 #34;x#34;"
    assert plain("<b>`;end%%") == "#60;b#62;#96;#59;end#37;#37;"


def test_what_is_broken_is_marked() -> None:
    """By a sign, a class, and another line."""
    drawn = render(sample("broken-tunnel"))
    assert "✗ flannel.1" in drawn
    assert re.search(r"class [\w,]*n1b\d+,?[\w,]* error", drawn)
    assert "--x" in drawn
